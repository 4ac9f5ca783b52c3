/**
 * What happens to operating system processes: starting coordinators and programs, signalling,
 * learning of ends, locks, the process table and accounts. The work that a JVM cannot do is done by
 * {@code thermos-native}, whose role {@code broker} is driven through {@link
 * org.thermos.process.Broker}. This package knows processes, not tasks and plans.
 */
package org.thermos.process;

/**
 * What tasks use of disk, memory and CPU, held against what they may use (health 7.10). This
 * package knows directories, processes and control groups, not tasks and plans.
 */
package org.thermos.resources;

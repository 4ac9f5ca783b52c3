/**
 * The executor's side of Mesos: drives an {@link org.apache.mesos.Executor} against the agent it
 * was started by, over the agent's HTTP executor API ({@link org.thermos.mesos.HttpExecutorDriver})
 * or through libmesos ({@link org.thermos.mesos.Drivers} chooses). Knows nothing of Thermos.
 *
 * <p>What decides is {@link org.thermos.mesos.DriverMachine}, which touches nothing outside itself;
 * sockets, threads and timers around it only obey. Messages are the unversioned protobufs: on the
 * wire they are byte for byte those of the v1 API, and one family of generated classes is enough.
 */
package org.thermos.mesos;

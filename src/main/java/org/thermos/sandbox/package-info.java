/**
 * Where a task works (executor 6.6): a directory, a Docker container that the executor is in as
 * well, or a filesystem image, which is made fit for the task before anything of it is run.
 *
 * <p>An image is somebody else's. Nothing in here runs a program of one, and its links are followed
 * as its own processes would follow them, never out of it. This package knows neither Mesos nor the
 * executor.
 */
package org.thermos.sandbox;

/**
 * The task machine and the runner program around it (runner 3.1 to 3.10). Knows nothing of Mesos.
 */
package org.thermos.runner;

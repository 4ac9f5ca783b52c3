/**
 * What a long-running program tells of itself: counters, gauges and latencies, as Prometheus text,
 * in a file and over HTTP on loopback. Knows neither tasks nor Mesos; whoever measures hands the
 * values in. Its own few classes: a library costs three times as much in every executor
 * (docs/executor.md).
 */
package org.thermos.metrics;

package org.thermos.resources;

import java.time.Instant;

/**
 * What a task used at a time.
 *
 * @param processes how many there were
 * @param disk bytes
 */
public record ResourceSample(Instant time, int processes, ProcessSample process, long disk) {
  public static ResourceSample nothing(Instant time) {
    return new ResourceSample(time, 0, ProcessSample.NOTHING, 0);
  }

  public ResourceSample withDisk(long bytes) {
    return new ResourceSample(time, processes, process, bytes);
  }
}

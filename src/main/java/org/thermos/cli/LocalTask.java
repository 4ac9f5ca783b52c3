package org.thermos.cli;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.thermos.config.Assignment;
import org.thermos.config.ConfigException;
import org.thermos.config.JobKey;
import org.thermos.config.LaunchContext;
import org.thermos.config.Resolution;
import org.thermos.config.Resources;

/** A task that an executor would take, as a scheduler would launch it. */
final class LocalTask {
  private static final LaunchContext NO_CONTEXT = new LaunchContext("", "", Map.of());

  private final Resolution resolution;
  private final byte[] data;

  private LocalTask(Resolution resolution, byte[] data) {
    this.resolution = requireNonNull(resolution, "resolution is null");
    this.data = data.clone();
  }

  /**
   * @param data for TaskInfo: an AssignedTask in binary thrift
   * @param executorUser whom the executor runs as
   * @throws ConfigException if an executor would refuse it
   */
  static LocalTask of(byte[] data, String executorUser) throws ConfigException {
    return new LocalTask(Resolution.of(Assignment.decode(data, NO_CONTEXT), executorUser), data);
  }

  byte[] data() {
    return data.clone();
  }

  String taskId() {
    return resolution.assignment().taskId();
  }

  JobKey job() {
    return resolution.assignment().job().orElseThrow();
  }

  /** By name, aliases included. */
  Map<String, Integer> ports() {
    return resolution.ports();
  }

  Resources resources() {
    return resolution.resources();
  }
}

package org.thermos.executor;

import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.mesos.Protos.TaskInfo;
import org.thermos.config.ConfigException;
import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;
import org.thermos.health.HealthSetupException;

/** Any bytes as a scheduler's TaskInfo, through all that is understood of it before it runs. */
public final class LaunchFuzz {
  private LaunchFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    TaskInfo task;
    try {
      task = TaskInfo.parseFrom(new FuzzInput(bytes).rest());
    } catch (InvalidProtocolBufferException e) {
      return; // The driver's matter.
    }
    try {
      DecodedLaunch launch = LaunchDecoder.decode(task, "host");
      Require.that(launch.assignment().configuration() != null, "a launch has a configuration");
      CheckDefinitions.health(task);
      CheckDefinitions.check(task);
    } catch (ConfigException | HealthSetupException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}

package org.thermos.executor;

import java.nio.file.Path;

/**
 * Where an executor keeps things.
 *
 * @param directory {@code MESOS_DIRECTORY}, as the host sees it
 * @param sandbox {@code MESOS_SANDBOX}: the same directory as the executor sees it
 */
record TaskPlace(Path directory, Path sandbox) {
  TaskPlace {
    directory = directory.toAbsolutePath().normalize();
    sandbox = sandbox.toAbsolutePath().normalize();
  }

  Path checkpointRoot() {
    return sandbox.resolve("checkpoints");
  }
}

package org.thermos.executor;

import java.nio.file.Path;

/** The sandbox of a task that this executor cannot run yet. */
record UnsupportedSandbox(Path directory, String what) implements Sandbox {
  @Override
  public Path root() {
    return directory.resolve("sandbox");
  }

  @Override
  public void create() throws SandboxException {
    throw new SandboxException("This executor cannot run a task " + what + " yet");
  }
}

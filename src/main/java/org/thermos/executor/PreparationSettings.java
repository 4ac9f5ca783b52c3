package org.thermos.executor;

import java.util.Map;
import org.thermos.sandbox.SandboxSettings;

/**
 * What all tasks of an executor have in common when they are prepared.
 *
 * @param runner how a runner is called
 * @param checksKeepAccount --nosetuid-health-checks
 * @param environment what of the executor's own a task may see
 */
record PreparationSettings(
    SandboxSettings sandboxes,
    RunnerCommand runner,
    boolean checksKeepAccount,
    Map<String, String> environment) {
  PreparationSettings {
    environment = Map.copyOf(environment);
  }

  @Override
  public String toString() {
    return "PreparationSettings[" + sandboxes + ", " + runner + "]"; // No environment: secrets.
  }
}

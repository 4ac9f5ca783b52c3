package org.thermos.executor;

import java.util.Map;
import java.util.TreeMap;

/** What of the executor's environment a runner, and with preserve_env every process, may see. */
final class RunnerEnvironment {
  /** Whoever has it speaks to the agent in the executor's name. */
  private static final String TOKEN = "MESOS_EXECUTOR_AUTHENTICATION_TOKEN";

  private RunnerEnvironment() {}

  static Map<String, String> of(Map<String, String> executors) {
    Map<String, String> environment = new TreeMap<>(executors);
    environment.remove(TOKEN);
    return environment;
  }
}

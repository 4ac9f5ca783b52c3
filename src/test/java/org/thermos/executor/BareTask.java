package org.thermos.executor;

/** The JSON of a task of one process, p, without a job around it. */
final class BareTask {
  /** Does not heed SIGTERM; the file "ready" tells when. */
  static final String STUBBORN = of("trap '' TERM; touch ready; while true; do sleep 1000; done");

  private BareTask() {}

  static String of(String commandLine) {
    return """
        {"name": "hello",
         "processes": [{"name": "p", "cmdline": "%s"}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 1048576}}
        """
        .formatted(commandLine.replace("\\", "\\\\").replace("\"", "\\\""));
  }
}

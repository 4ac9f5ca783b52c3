package org.thermos.executor;

import java.util.List;
import org.thermos.flags.Flag;
import org.thermos.flags.FlagGroup;

/**
 * The executor's command line (executor 6.2): the original's flags with the original's meaning, and
 * {@code --driver} and {@code --relay}.
 */
final class ExecutorFlags {
  static final Flag DRIVER =
      Flag.value("driver", "http", "what speaks with the agent: http, native (libmesos) or auto");
  static final Flag RELAY =
      Flag.value("relay", "task", "what the scheduler is told: task, or process for every process");
  static final Flag MAX_TASKS =
      Flag.value(
          "max-tasks",
          "1",
          "how many tasks are run at a time; a group is taken whole by an executor without tasks");
  static final Flag EXECUTE_AS_USER =
      Flag.value("execute-as-user", "account that owns the sandbox, instead of the job's role");
  static final Flag NOSETUID =
      Flag.toggle("nosetuid", "leave the sandbox and the processes to the executor's account");
  static final Flag STOP_TIMEOUT =
      Flag.value("stop_timeout_in_secs", "120", "how long a killed task may take to end");
  static final Flag PRESERVE_ENV =
      Flag.toggle("preserve_env", "pass the executor's environment on to the processes");
  static final Flag RUNNER_LOGGER_DESTINATION =
      Flag.value(
          "runner-logger-destination",
          "where output goes unless a process says otherwise: file, console, both or none");
  static final Flag RUNNER_LOGGER_MODE =
      Flag.value("runner-logger-mode", "how files are written: standard or rotate");
  static final Flag RUNNER_ROTATE_LOG_SIZE_MB =
      Flag.value("runner-rotate-log-size-mb", "size at which a log file is rotated, in MiB");
  static final Flag RUNNER_ROTATE_LOG_BACKUPS =
      Flag.value("runner-rotate-log-backups", "how many rotated files are kept");

  static final Flag ANNOUNCER_ENSEMBLE =
      Flag.value("announcer-ensemble", "ZooKeeper hosts to announce tasks at");
  static final Flag ANNOUNCER_SERVERSET_PATH =
      Flag.value("announcer-serverset-path", "/aurora", "where in ZooKeeper tasks are announced");
  static final Flag ANNOUNCER_ALLOW_CUSTOM_SERVERSET_PATH =
      Flag.toggle("announcer-allow-custom-serverset-path", "let tasks choose where themselves");
  static final Flag ANNOUNCER_HOSTNAME =
      Flag.value("announcer-hostname", "host name to announce; the agent's if absent");
  static final Flag ANNOUNCER_ZOOKEEPER_AUTH_CONFIG =
      Flag.value("announcer-zookeeper-auth-config", "JSON file of ZooKeeper credentials");
  static final Flag ANNOUNCER_CONNECT_TIMEOUT_SECS =
      Flag.value(
          "announcer-connect-timeout-secs",
          "how long the first connection may take before the task fails; if absent, for ever");
  static final Flag ANNOUNCER_WAIT_FOR_HEALTH =
      Flag.toggle("announcer-wait-for-health", "announce tasks only while they are healthy");
  static final Flag MESOS_CONTAINERIZER_PATH =
      Flag.value(
          "mesos-containerizer-path",
          "/usr/libexec/mesos/mesos-containerizer",
          "mesos-containerizer, to enter a filesystem image");
  static final Flag NO_CREATE_USER =
      Flag.toggle("no-create-user", "do not make the account in a filesystem image");
  static final Flag SANDBOX_MOUNT_POINT =
      Flag.value(
          "sandbox-mount-point", "/mnt/mesos/sandbox", "the sandbox inside a filesystem image");
  static final Flag NOSETUID_HEALTH_CHECKS =
      Flag.toggle("nosetuid-health-checks", "run shell checks as the executor's account");

  static final Flag LOG_DIR =
      Flag.value("log_dir", "where the executor's log goes; the sandbox if absent");
  static final Flag LOG_TO_STDERR =
      Flag.value("log_to_stderr", "without effect: there is one log, a file");
  static final Flag LOG_TO_DISK =
      Flag.value("log_to_disk", "without effect: there is one log, a file");
  static final Flag ENABLE_HTTP =
      Flag.toggle("enable_http", "serve metrics over HTTP, on loopback");
  static final Flag HTTP_PORT = Flag.value("http_port", "8888", "port of the metrics");
  static final Flag APP_DEBUG = Flag.toggle("app_debug", "without effect");
  static final Flag HELP = Flag.toggle("help", "show this text and exit");

  /** Those of the original that change nothing here: the log says so when they are given. */
  static final List<Flag> WITHOUT_EFFECT = List.of(LOG_TO_STDERR, LOG_TO_DISK, APP_DEBUG);

  /** Every flag, in the order {@code --help} shows them. */
  static final List<FlagGroup> ALL =
      List.of(
          FlagGroup.of("the scheduler", DRIVER, RELAY, MAX_TASKS),
          FlagGroup.of(
              "accounts and sandboxes",
              EXECUTE_AS_USER,
              NOSETUID,
              NOSETUID_HEALTH_CHECKS,
              MESOS_CONTAINERIZER_PATH,
              NO_CREATE_USER,
              SANDBOX_MOUNT_POINT),
          FlagGroup.of(
              "processes",
              PRESERVE_ENV,
              STOP_TIMEOUT,
              RUNNER_LOGGER_DESTINATION,
              RUNNER_LOGGER_MODE,
              RUNNER_ROTATE_LOG_SIZE_MB,
              RUNNER_ROTATE_LOG_BACKUPS),
          FlagGroup.of(
              "announcing",
              ANNOUNCER_ENSEMBLE,
              ANNOUNCER_SERVERSET_PATH,
              ANNOUNCER_ALLOW_CUSTOM_SERVERSET_PATH,
              ANNOUNCER_HOSTNAME,
              ANNOUNCER_ZOOKEEPER_AUTH_CONFIG,
              ANNOUNCER_CONNECT_TIMEOUT_SECS,
              ANNOUNCER_WAIT_FOR_HEALTH),
          FlagGroup.of(
              "the executor itself",
              LOG_DIR,
              LOG_TO_STDERR,
              LOG_TO_DISK,
              ENABLE_HTTP,
              HTTP_PORT,
              APP_DEBUG,
              HELP));

  private ExecutorFlags() {}
}

package org.thermos.runner;

import java.util.List;
import org.thermos.flags.Flag;

/**
 * The runner program's command line (runner 3.9): the original's flags with the original's meaning.
 */
public final class RunnerFlags {
  public static final Flag THERMOS_JSON = Flag.value("thermos_json", "the task, as a JSON file");
  public static final Flag SANDBOX = Flag.value("sandbox", "working directory of the processes");
  public static final Flag CONTAINER_SANDBOX =
      Flag.value("container_sandbox", "the sandbox' path inside a filesystem image");
  public static final Flag CHECKPOINT_ROOT =
      Flag.value("checkpoint_root", "directory under which the task's checkpoints are kept");
  public static final Flag TASK_ID =
      Flag.value("task_id", "id of the task; made from its name and the time if absent");
  public static final Flag SETUID = Flag.value("setuid", "account that the processes run as");
  public static final Flag ENABLE_CHROOT =
      Flag.toggle("enable_chroot", "chroot the processes into the sandbox");
  public static final Flag MESOS_CONTAINERIZER_PATH =
      Flag.value("mesos_containerizer_path", "mesos-containerizer, to enter a filesystem image");
  public static final Flag PRESERVE_ENV =
      Flag.toggle("preserve_env", "pass the runner's environment on to the processes");
  public static final Flag PORT = Flag.repeated("port", "a named port, as NAME:PORT");
  public static final Flag HOSTNAME =
      Flag.value("hostname", "host name to record; this machine's if absent");
  public static final Flag PROCESS_LOGGER_DESTINATION =
      Flag.value(
          "process_logger_destination",
          "where output goes unless a process says otherwise: file, console, both or none");
  public static final Flag PROCESS_LOGGER_MODE =
      Flag.value("process_logger_mode", "how files are written: standard or rotate");
  public static final Flag ROTATE_LOG_SIZE_MB =
      Flag.value("rotate_log_size_mb", "size at which a log file is rotated, in MiB");
  public static final Flag ROTATE_LOG_BACKUPS =
      Flag.value("rotate_log_backups", "how many rotated files are kept");
  public static final Flag STOP =
      Flag.value(
          "stop",
          "end the task instead of running it: killed (SIGTERM, finalizers, SIGKILL) or lost (at"
              + " once)");
  public static final Flag RESUME =
      Flag.toggle(
          "resume",
          "go on with a task that another runner began, as is recorded beside its checkpoint; of the"
              + " other flags only checkpoint_root, task_id, stop, kill_wait_secs and log_dir count");
  public static final Flag KILL_DAMAGED =
      Flag.toggle(
          "kill_damaged",
          "with resume: kill what a damaged checkpoint still names, and leave its files alone");
  public static final Flag KILL_WAIT_SECS =
      Flag.value(
          "kill_wait_secs",
          "60",
          "how long processes and finalizers may take after SIGUSR1 or --stop=killed before they are"
              + " killed");
  public static final Flag LOG_DIR =
      Flag.value("log_dir", "/var/tmp", "where the runner's own log goes");
  public static final Flag HELP = Flag.toggle("help", "show this text and exit");

  /** Every flag, in the order {@code --help} shows them. */
  public static final List<Flag> ALL =
      List.of(
          THERMOS_JSON,
          SANDBOX,
          CONTAINER_SANDBOX,
          CHECKPOINT_ROOT,
          TASK_ID,
          SETUID,
          ENABLE_CHROOT,
          MESOS_CONTAINERIZER_PATH,
          PRESERVE_ENV,
          PORT,
          HOSTNAME,
          PROCESS_LOGGER_DESTINATION,
          PROCESS_LOGGER_MODE,
          ROTATE_LOG_SIZE_MB,
          ROTATE_LOG_BACKUPS,
          STOP,
          RESUME,
          KILL_DAMAGED,
          KILL_WAIT_SECS,
          LOG_DIR,
          HELP);

  private RunnerFlags() {}
}

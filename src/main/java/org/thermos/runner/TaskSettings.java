package org.thermos.runner;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.thermos.config.BoundTask;
import org.thermos.config.ConfigException;
import org.thermos.config.TaskTemplate;

/**
 * How a task's processes are started, kept beside its checkpoint so that whoever finishes the task
 * does it as its first runner would have (runner 3.1). The environment is not among it, since it
 * may hold secrets; only what is needed to find programs is.
 *
 * @param checkpointRoot where this was written, free of symbolic links
 * @param sandbox free of symbolic links
 * @param user whom the processes run as
 * @param containerizer mesos-containerizer, if the processes run inside a filesystem image
 * @param containerSandbox the sandbox' path inside that image
 * @param mesosDirectory where the image lies: {@code MESOS_DIRECTORY} of the first runner
 * @param searchPath {@code PATH} of the first runner
 * @param preserveEnvironment whether the processes had the first runner's whole environment
 * @param killWait how long a graceful stop may take
 * @param logDirectory of the first runner's own log
 * @param taskReadsBack whether the task that is kept beside the checkpoint says all there is to
 *     say; always so since escaped references are kept as they were written
 */
record TaskSettings(
    Path checkpointRoot,
    Path sandbox,
    String user,
    int uid,
    boolean chroot,
    Optional<Path> containerizer,
    Optional<String> containerSandbox,
    Optional<String> mesosDirectory,
    Optional<String> searchPath,
    boolean preserveEnvironment,
    Map<String, Integer> ports,
    Optional<String> hostname,
    LoggerDefaults loggerDefaults,
    Duration killWait,
    Path logDirectory,
    boolean taskReadsBack) {
  TaskSettings {
    ports = Map.copyOf(ports);
  }

  /**
   * @param sandbox the one of the options, free of symbolic links
   * @param checkpointRoot likewise
   */
  static TaskSettings of(
      RunnerOptions options, PreparedTask prepared, Path sandbox, Path checkpointRoot) {
    Map<String, String> environment = prepared.environment();
    return new TaskSettings(
        checkpointRoot,
        sandbox,
        prepared.account().name(),
        prepared.account().uid(),
        options.chroot(),
        options.containerizer(),
        options.containerSandbox(),
        options.containerizer().flatMap(any -> variable(environment, "MESOS_DIRECTORY")),
        variable(environment, "PATH"),
        options.preserveEnvironment(),
        options.ports(),
        options.hostname(),
        options.loggerDefaults(),
        options.killWait(),
        options.logDirectory(),
        readsBack(prepared.bound()));
  }

  private static boolean readsBack(BoundTask bound) {
    if (!bound.json().contains("{{&")) {
      return true;
    }
    try {
      byte[] kept = bound.json().getBytes(StandardCharsets.UTF_8);
      return TaskTemplate.parseLeniently(kept).equals(bound.task());
    } catch (ConfigException e) {
      return false;
    }
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name));
  }

  /** What of the first runner's environment is known. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    mesosDirectory.ifPresent(value -> environment.put("MESOS_DIRECTORY", value));
    searchPath.ifPresent(value -> environment.put("PATH", value));
    return environment;
  }

  /**
   * What a task cannot change on its way, though the other settings may: as whom and where its
   * processes run. Each difference in words.
   */
  List<String> differencesFrom(TaskSettings recorded) {
    List<String> differences = new ArrayList<>();
    compare(differences, "user", recorded.user, user);
    compare(differences, "uid", recorded.uid, uid);
    compare(differences, "sandbox", recorded.sandbox, sandbox);
    compare(differences, "chroot", recorded.chroot, chroot);
    compare(
        differences,
        "containerizer",
        recorded.containerizer.map(Path::toString).orElse("none"),
        containerizer.map(Path::toString).orElse("none"));
    if (containerizer.isPresent() && recorded.containerizer.isPresent()) {
      compare(
          differences,
          "container_sandbox",
          recorded.containerSandbox.orElse("none"),
          containerSandbox.orElse("none"));
    }
    return differences;
  }

  private static void compare(
      List<String> differences, String name, Object recorded, Object present) {
    if (!Objects.equals(recorded, present)) {
      differences.add(name + " was " + recorded + " and now is " + present);
    }
  }
}

package org.thermos.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ContainerInfo;
import org.apache.mesos.Protos.Port;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.Volume;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException;
import org.thermos.config.ConfigException.Kind;
import org.thermos.config.LaunchContext;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;

/**
 * Understands a launch, of Aurora or of any other scheduler (executor 6.4, config 5.8): {@code
 * data} is an AssignedTask or the JSON of a task; without data the command is the task. What the
 * configuration does not say itself is taken from the rest of the TaskInfo. Pure.
 */
final class LaunchDecoder {
  /** Where the root of an image is mounted (executor 6.1). */
  private static final String IMAGE_MOUNT_POINT = "taskfs";

  /** Bytes; so it is with every file system that Linux has. */
  private static final int MAXIMUM_FILE_NAME = 255;

  private LaunchDecoder() {}

  /**
   * @param hostname the agent's
   * @throws ConfigException also for whatever a stranger's data does to a decoder, and for a task
   *     id that cannot name a file
   */
  static DecodedLaunch decode(TaskInfo task, String hostname) throws ConfigException {
    try {
      DecodedLaunch launch = decodeTrusting(task, hostname);
      requireFileName(task.getTaskId().getValue());
      requireFileName(launch.assignment().taskId());
      return launch;
    } catch (RuntimeException | StackOverflowError e) {
      throw new ConfigException(
          Kind.UNREADABLE, "Could not deserialize task. " + Causes.text(e), e);
    }
  }

  /** What is kept of a task bears its id: here is where a bad one harms nobody else. */
  private static void requireFileName(String taskId) {
    TaskPaths.of(Path.of(""), taskId);
    if (taskId.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_FILE_NAME) {
      throw new IllegalArgumentException(
          "Cannot use the task id as a file name: it is longer than "
              + MAXIMUM_FILE_NAME
              + " bytes");
    }
  }

  private static DecodedLaunch decodeTrusting(TaskInfo task, String hostname)
      throws ConfigException {
    List<SandboxFile> files = new ArrayList<>();
    for (CommandInfo.URI uri : task.getCommand().getUrisList()) {
      files.add(SandboxFile.decode(uri));
    }
    if (!task.getData().isEmpty()) {
      Assignment assignment = ofData(task, hostname);
      return new DecodedLaunch(assignment, environment(task, assignment.container()), files);
    }
    if (!task.hasCommand()) {
      throw new ConfigException(
          Kind.UNREADABLE,
          "Could not deserialize task. It has neither data nor a command: set TaskInfo.data to an"
              + " AssignedTask or to the JSON of a task, or TaskInfo.command to what is to be run");
    }
    return ofCommand(task, hostname, files);
  }

  private static DecodedLaunch ofCommand(TaskInfo task, String hostname, List<SandboxFile> files)
      throws ConfigException {
    CommandTask.Configured configured =
        CommandTask.of(
            task.getName(), task.getCommand(), LaunchResources.all(task.getResourcesList()));
    ContainerKind container = container(task);
    TaskEnvironment environment = environment(task, container);
    if (configured.variable().isPresent()) {
      environment = environment.with(CommandTask.COMMAND_VARIABLE, configured.variable().get());
    }
    Assignment assignment =
        new Assignment(
            task.getTaskId().getValue(),
            hostname,
            0,
            ports(task),
            Optional.empty(),
            container,
            JsonWriter.write(configured.job()));
    return new DecodedLaunch(assignment, environment, files);
  }

  private static Assignment ofData(TaskInfo task, String hostname) throws ConfigException {
    Assignment assignment =
        Assignment.decode(
            task.getData().toByteArray(),
            new LaunchContext(task.getTaskId().getValue(), hostname, ports(task)));
    if (assignment.job().isPresent()) {
      return assignment; // Aurora's message says it all itself.
    }
    return new Assignment(
        assignment.taskId(),
        assignment.hostname(),
        assignment.instance(),
        assignment.ports(),
        assignment.job(),
        container(task),
        withLimits(assignment.configuration(), task));
  }

  private static TaskEnvironment environment(TaskInfo task, ContainerKind container)
      throws ConfigException {
    return TaskEnvironment.decode(task.getCommand().getEnvironment(), container);
  }

  /** The discovery's, by their names; else all that the task was given. */
  private static Map<String, Integer> ports(TaskInfo task) throws ConfigException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    int unnamed = 0;
    for (Port port : task.getDiscovery().getPorts().getPortsList()) {
      ports.put(port.getName().isEmpty() ? "port" + unnamed++ : port.getName(), port.getNumber());
    }
    return ports.isEmpty() ? LaunchResources.ports(task.getResourcesList()) : ports;
  }

  private static ContainerKind container(TaskInfo task) {
    ContainerInfo own = task.getContainer();
    ContainerInfo executors = task.getExecutor().getContainer();
    if (isDocker(own) || isDocker(executors)) {
      return ContainerKind.DOCKER;
    }
    // An image of the executor's container is what the executor itself is in.
    boolean mounted =
        executors.getVolumesList().stream()
            .map(Volume::getContainerPath)
            .anyMatch(IMAGE_MOUNT_POINT::equals);
    return mounted || own.getMesos().hasImage() ? ContainerKind.IMAGE : ContainerKind.NONE;
  }

  private static boolean isDocker(ContainerInfo container) {
    return container.hasType() && container.getType() == ContainerInfo.Type.DOCKER;
  }

  /** The configuration, with the launch's resources if its task names none. */
  private static String withLimits(String configuration, TaskInfo task) {
    Optional<Json.Dictionary> limits = LaunchResources.limits(task.getResourcesList());
    if (limits.isEmpty()) {
      return configuration;
    }
    try {
      if (JsonReader.read(configuration) instanceof Json.Dictionary whole) {
        return withLimits(whole, limits.get()).map(JsonWriter::write).orElse(configuration);
      }
    } catch (JsonException e) {
      // Whoever reads the configuration says so better.
    }
    return configuration;
  }

  private static Optional<Json> withLimits(Json.Dictionary whole, Json.Dictionary limits) {
    if (whole.members().get("task") instanceof Json.Dictionary task) {
      return withLimits(task, limits).map(it -> with(whole, "task", it));
    }
    boolean isTask = whole.members().containsKey("processes");
    boolean isSilent = whole.members().getOrDefault("resources", Json.Null.NULL) == Json.Null.NULL;
    return isTask && isSilent ? Optional.of(with(whole, "resources", limits)) : Optional.empty();
  }

  private static Json with(Json.Dictionary dictionary, String key, Json value) {
    Map<String, Json> members = new LinkedHashMap<>(dictionary.members());
    members.put(key, value);
    return new Json.Dictionary(members);
  }
}

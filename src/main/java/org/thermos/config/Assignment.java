package org.thermos.config;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A task as assigned to this machine: decoded, its configuration still unread (config 5.8).
 *
 * @param hostname this machine, as the agent calls it
 * @param instance which of the job's instances it is
 * @param ports assigned ones, by name
 * @param job absent where the launch was no Aurora message
 * @param configuration the JSON of a job, a task instance or a task
 */
public record Assignment(
    String taskId,
    String hostname,
    int instance,
    Map<String, Integer> ports,
    Optional<JobKey> job,
    ContainerKind container,
    String configuration) {

  /** What the task runs in, as far as its sandbox differs (executor 6.6). */
  public enum ContainerKind {
    /** No image: the agent's own file system. */
    NONE,
    /** A Docker container, with the executor inside. */
    DOCKER,
    /** A file system image of the Mesos containerizer, mounted below the executor. */
    IMAGE
  }

  public Assignment {
    ports = Collections.unmodifiableMap(new TreeMap<>(ports));
  }

  /**
   * Decodes {@code TaskInfo.data}: an AssignedTask in binary thrift, or JSON.
   *
   * @throws ConfigException of kind UNREADABLE; the message starts with {@code Could not
   *     deserialize task.}
   */
  public static Assignment decode(byte[] data, LaunchContext context) throws ConfigException {
    if (!startsLikeJson(data)) {
      return AssignedTaskDecoder.decode(data);
    }
    return new Assignment(
        context.taskId(),
        context.hostname(),
        0,
        context.ports(),
        Optional.empty(),
        ContainerKind.NONE,
        AssignedTaskDecoder.decodeText(data));
  }

  // No thrift field is of the type that an opening brace would be.
  private static boolean startsLikeJson(byte[] data) {
    for (byte b : data) {
      if (b == '{') {
        return true;
      }
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return false;
      }
    }
    return false;
  }
}

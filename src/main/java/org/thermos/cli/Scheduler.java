package org.thermos.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.thrift.TException;
import org.thermos.config.Assignment;
import org.thermos.config.ConfigException;
import org.thermos.config.LaunchContext;
import org.thermos.config.Resolution;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;
import org.thermos.thrift.aurora.AssignedTask;
import org.thermos.thrift.aurora.ExecutorConfig;
import org.thermos.thrift.aurora.Identity;
import org.thermos.thrift.aurora.JobKey;
import org.thermos.thrift.aurora.TaskConfig;

/**
 * Does what Aurora's scheduler does with the JSON of a job, and for a task, a task instance or an
 * AssignedTask as well: makes the message that an executor gets. Ports that the task refers to and
 * nobody gave are chosen.
 */
final class Scheduler {
  private static final String HOSTNAME = "localhost";
  private static final String ENVIRONMENT = "devel";
  private static final int NAME_LIMIT = 60;

  private final String currentUser;

  /**
   * @param currentUser whom tasks run as unless told otherwise
   */
  Scheduler(String currentUser) {
    this.currentUser = requireNonNull(currentUser, "currentUser is null");
  }

  /**
   * The AssignedTask, in binary thrift.
   *
   * @param content of the user's file
   * @throws ConfigException if it is no AssignedTask, or the task has an unbound reference, a
   *     cycle, or the like
   * @throws JsonException if it looks like JSON and is none
   * @throws IOException if there are not enough free ports
   */
  byte[] assign(byte[] content, TaskWishes wishes)
      throws ConfigException, JsonException, IOException {
    Assignment given = decode(content);
    return given.job().isPresent() ? withWishes(content, wishes) : fromJson(given, wishes);
  }

  private static Assignment decode(byte[] content) throws ConfigException {
    return Assignment.decode(content, new LaunchContext("", HOSTNAME, Map.of()));
  }

  private static byte[] withWishes(byte[] content, TaskWishes wishes) throws IOException {
    if (wishes.equals(TaskWishes.NONE)) {
      return content;
    }
    try {
      AssignedTask task = AssignedTasks.decode(content);
      wishes.instance().ifPresent(task::setInstanceId);
      wishes.user().ifPresent(user -> task.getTask().getJob().setRole(user));
      Map<String, Integer> ports = new LinkedHashMap<>(task.getAssignedPorts());
      ports.putAll(numbers(wishes.ports(), Set.of()));
      task.setAssignedPorts(ports);
      return AssignedTasks.encode(task);
    } catch (TException e) {
      throw new IllegalStateException("what was decoded once cannot be decoded again", e);
    }
  }

  private byte[] fromJson(Assignment given, TaskWishes wishes)
      throws ConfigException, JsonException, IOException {
    Json.Dictionary document = document(given.configuration(), wishes);
    JobKey job =
        new JobKey()
            .setRole(wishes.user().orElse(currentUser))
            .setEnvironment(text(document, "environment").orElse(ENVIRONMENT))
            .setName(name(document));
    int instance = wishes.instance().orElse(instance(document));
    AssignedTask task =
        new AssignedTask()
            .setTaskId(taskId(job, instance))
            .setSlaveId("local")
            .setSlaveHost(HOSTNAME)
            .setInstanceId(instance)
            .setAssignedPorts(new HashMap<>())
            .setTask(
                new TaskConfig()
                    .setJob(job)
                    .setOwner(new Identity().setUser(job.getRole()))
                    .setExecutorConfig(
                        new ExecutorConfig()
                            .setName("AuroraExecutor")
                            .setData(JsonWriter.write(document))));
    Set<String> requested = Resolution.requestedPorts(decode(AssignedTasks.encode(task)));
    task.setAssignedPorts(numbers(wishes.ports(), requested));
    return AssignedTasks.encode(task);
  }

  /** An instance that was wished for is written into the document of one. */
  private static Json.Dictionary document(String configuration, TaskWishes wishes)
      throws JsonException {
    if (!(JsonReader.read(configuration) instanceof Json.Dictionary document)) {
      throw new JsonException("it is JSON, but not an object");
    }
    if (wishes.instance().isEmpty() || !document.members().containsKey("instance")) {
      return document;
    }
    Map<String, Json> members = new LinkedHashMap<>(document.members());
    members.put("instance", new Json.Int(wishes.instance().getAsInt()));
    return new Json.Dictionary(members);
  }

  private static int instance(Json.Dictionary document) {
    return document.members().get("instance") instanceof Json.Int number
        ? number.value().intValue()
        : 0;
  }

  private static String name(Json.Dictionary document) {
    Optional<String> name = text(document, "name");
    if (name.isEmpty() && document.members().get("task") instanceof Json.Dictionary task) {
      name = text(task, "name");
    }
    return name.orElse("task");
  }

  private static Optional<String> text(Json.Dictionary document, String key) {
    return document.members().get(key) instanceof Json.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  /** As Aurora's scheduler makes them, but shorter: fit to be the name of a file. */
  private static String taskId(JobKey job, int instance) {
    String name = job.getRole() + "-" + job.getEnvironment() + "-" + job.getName();
    String safe = name.replaceAll("[^\\w.-]", "_");
    String random = UUID.randomUUID().toString().substring(0, 8);
    return safe.substring(0, Math.min(NAME_LIMIT, safe.length())) + "-" + instance + "-" + random;
  }

  private static Map<String, Integer> numbers(List<PortOption> given, Set<String> requested)
      throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Set<String> open = new TreeSet<>(requested);
    for (PortOption port : given) {
      if (port.number().isPresent()) {
        numbers.put(port.name(), port.number().getAsInt());
      } else {
        open.add(port.name());
      }
    }
    open.removeAll(numbers.keySet());
    Iterator<Integer> free = new ArrayList<>(FreePorts.choose(open.size())).iterator();
    open.forEach(name -> numbers.put(name, free.next()));
    return numbers;
  }
}

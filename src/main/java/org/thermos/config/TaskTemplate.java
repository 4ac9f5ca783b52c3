package org.thermos.config;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.thermos.config.ConfigException.Kind;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.json.JsonWriter;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.Reference;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/**
 * A task as a runner is given it: valid, but {@code {{thermos.*}}} is still to be bound (runner
 * 3.1, 3.9). Immutable.
 */
public final class TaskTemplate {
  private final Value.Struct task;
  private final Set<String> requiredPorts;

  private TaskTemplate(Value.Struct task, Set<String> requiredPorts) {
    this.task = task;
    this.requiredPorts = requiredPorts;
  }

  /** Reads the JSON of a task. */
  public static TaskTemplate parse(byte[] json) throws ConfigException {
    return of(readJson(json));
  }

  static TaskTemplate of(Json json) throws ConfigException {
    Value.Struct task = readShape(json);
    TaskValidator.validate(task);
    try {
      return new TaskTemplate(task, portsOfProcesses(task));
    } catch (SchemaException e) {
      throw TaskValidator.notEvaluated(e);
    }
  }

  /**
   * Reads the JSON of a task for looking at it, not for running it: references may be left, and
   * only its shape is checked. For tasks that the original accepted, and for those stored by it.
   */
  public static Task parseLeniently(byte[] json) throws ConfigException {
    try {
      return TaskReader.read(readShape(readJson(json)));
    } catch (SchemaException e) {
      throw unreadable(e);
    }
  }

  private static Json readJson(byte[] json) throws ConfigException {
    try {
      return JsonReader.read(json);
    } catch (JsonException e) {
      throw unreadable(e);
    }
  }

  private static Value.Struct readShape(Json json) throws ConfigException {
    try {
      Value.Struct task = ThermosSchema.TASK.read(json);
      Value.Struct unused = Interpolation.checked(task, Scope.EMPTY);
      return task;
    } catch (SchemaException e) {
      throw unreadable(e);
    }
  }

  private static ConfigException unreadable(Exception e) {
    return new ConfigException(Kind.UNREADABLE, "Unable to read the task: " + e.getMessage(), e);
  }

  private static Set<String> portsOfProcesses(Value.Struct task)
      throws SchemaException, ConfigException {
    Value.Struct processes = Interpolation.of(task, Scope.EMPTY).value();
    Set<Reference> references = new LinkedHashSet<>();
    for (Value process : new Fields(processes).list("processes")) {
      references.addAll(Interpolation.of((Value.Struct) process, Scope.EMPTY).unbound());
    }
    return ThermosContext.portsIn(references);
  }

  /** The names of the ports that the processes refer to. */
  public Set<String> requiredPorts() {
    return new TreeSet<>(requiredPorts);
  }

  /**
   * Binds {@code {{thermos.*}}}.
   *
   * @param user the account the processes run as
   * @param ports by name; more than the required ones is fine
   */
  public BoundTask bind(String taskId, String user, Map<String, Integer> ports)
      throws ConfigException {
    Set<String> missing = requiredPorts();
    missing.removeAll(ports.keySet());
    if (!missing.isEmpty()) {
      throw new ConfigException(Kind.UNBOUND_PORTS, "Unbound ports: " + String.join(" ", missing));
    }
    try {
      Scope thermos = ThermosContext.bind(taskId, Optional.of(user), ports, Scope.EMPTY);
      Interpolation.Result<Value.Struct> bound = Interpolation.of(task, thermos);
      if (!bound.unbound().isEmpty()) {
        throw ConfigException.invalid(
            "Failed to interpolate task, missing: "
                + TaskValidator.listed(bound.unbound(), ", ")
                + ". "
                + TaskValidator.ESCAPE_HINT);
      }
      TaskValidator.validate(bound.value());
      return new BoundTask(
          TaskReader.read(bound.value()), JsonWriter.write(bound.value().toJson()));
    } catch (SchemaException e) {
      throw TaskValidator.notEvaluated(e);
    }
  }
}

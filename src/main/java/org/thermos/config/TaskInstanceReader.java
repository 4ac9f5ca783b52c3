package org.thermos.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.Primitive;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/**
 * Makes a valid task instance of an assignment's configuration: of a job, of a task instance or of
 * a bare task, which are told apart by their keys (config 5.8 step 3).
 *
 * <p>A task instance is bound and validated like a job, which the original does not (gaps 9.3 #40).
 */
final class TaskInstanceReader {
  private static final String[] JOB_FIELDS = {
    "task", "role", "health_check_config", "announce", "environment", "lifecycle"
  };

  private TaskInstanceReader() {}

  static TaskInstance read(Assignment assignment) throws ConfigException {
    Json.Dictionary configuration = parse(assignment.configuration());
    try {
      if (configuration.members().containsKey("instance")) {
        Value.Struct instance = AuroraSchema.TASK_INSTANCE.read(configuration);
        return ofNoJob(bind(instance, assignment.hostname()));
      }
      if (configuration.members().containsKey("task")) {
        Value.Struct job = AuroraSchema.JOB.read(configuration);
        return new TaskInstance(
            bind(instanceOf(job, assignment.instance()), assignment.hostname()),
            jobName(job),
            Warnings.ofJob(job));
      }
      if (configuration.members().containsKey("processes")) {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("task", ThermosSchema.TASK.read(configuration));
        fields.put("instance", integer(assignment.instance()));
        Value.Struct instance = AuroraSchema.TASK_INSTANCE.of(fields);
        return ofNoJob(bind(instance, assignment.hostname()));
      }
    } catch (SchemaException e) {
      throw invalidTask(TaskValidator.notEvaluated(e));
    }
    throw ConfigException.invalid(
        "Got invalid task: MesosJob[task] is required. Expected the JSON of a job (it has a key"
            + " 'task'), of a task instance ('instance' and 'task') or of a task ('processes').");
  }

  private static Json.Dictionary parse(String configuration) throws ConfigException {
    if (configuration.isEmpty()) {
      throw ConfigException.invalid("Task did not have a thermos config!");
    }
    try {
      if (JsonReader.read(configuration) instanceof Json.Dictionary dictionary) {
        return dictionary;
      }
    } catch (JsonException e) {
      throw new ConfigException(
          ConfigException.Kind.INVALID,
          "Could not deserialize thermos config: " + e.getMessage(),
          e);
    }
    throw ConfigException.invalid(
        "Could not deserialize thermos config: it is JSON, but not an object");
  }

  private static Value.Struct instanceOf(Value.Struct job, int instance) throws SchemaException {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (String field : JOB_FIELDS) {
      Optional<Value> value = Interpolation.field(job, field, Scope.EMPTY);
      value.ifPresent(it -> fields.put(field, it));
    }
    fields.put("instance", integer(instance));
    return AuroraSchema.TASK_INSTANCE.of(fields);
  }

  private static Optional<String> jobName(Value.Struct job) throws SchemaException {
    Optional<Value> name = Interpolation.field(job, "name", Scope.EMPTY);
    return name.map(it -> Fields.text((Value.Scalar) it));
  }

  private static Value integer(int value) {
    return new Value.Scalar(Primitive.INTEGER, new Json.Int(value));
  }

  private static TaskInstance ofNoJob(Value.Struct bound) {
    return new TaskInstance(bound, Optional.empty(), List.of());
  }

  private static Value.Struct bind(Value.Struct instance, String hostname)
      throws ConfigException, SchemaException {
    Map<String, Value> context = new LinkedHashMap<>();
    instance.get("instance").ifPresent(it -> context.put("instance", it));
    context.put("hostname", new Value.Scalar(Primitive.STRING, new Json.Text(hostname)));
    Scope mesos = Scope.binding("mesos", AuroraSchema.MESOS_CONTEXT.of(context), Scope.EMPTY);
    try {
      TaskValidator.validate(task(instance, mesos));
      TaskValidator.requireAllBound(instance, mesos);
    } catch (ConfigException e) {
      throw invalidTask(e);
    }
    return Interpolation.checked(instance, mesos);
  }

  private static Value.Struct task(Value.Struct instance, Scope scope)
      throws SchemaException, ConfigException {
    Optional<Value> task = Interpolation.field(instance, "task", scope);
    if (task.isEmpty()) {
      throw ConfigException.invalid("MesosTaskInstance[task] is required.");
    }
    return (Value.Struct) task.get();
  }

  private static ConfigException invalidTask(ConfigException e) {
    return new ConfigException(
        ConfigException.Kind.INVALID, "Got invalid task: " + e.getMessage(), e);
  }
}

package org.thermos.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.config.json.Json;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/** Makes a {@link Task} of an interpolated and checked configuration. */
final class TaskReader {
  /**
   * How often the original interpolates a process between the task file and the shell. It shows:
   * each time drops one ampersand of an escaped tag.
   */
  private static final int PASSES_TO_THE_SHELL = 3;

  private TaskReader() {}

  /** The task as it is to be run. */
  static Task read(Value.Struct bound) throws SchemaException {
    Value.Struct task = bound;
    for (int pass = 0; pass < PASSES_TO_THE_SHELL; pass++) {
      task = Interpolation.checked(task, Scope.EMPTY);
    }
    Fields fields = new Fields(task);
    List<ProcessConfig> processes = new ArrayList<>();
    for (Value process : fields.list("processes")) {
      processes.add(process(new Fields((Value.Struct) process)));
    }
    List<Constraint> constraints = new ArrayList<>();
    for (Value constraint : fields.list("constraints")) {
      constraints.add(constraint(new Fields((Value.Struct) constraint)));
    }
    return new Task(
        fields.text("name"),
        processes,
        constraints,
        fields.struct("resources").map(TaskReader::resources),
        fields.integer("max_failures"),
        fields.integer("max_concurrency"),
        fields.seconds("finalization_wait"));
  }

  private static ProcessConfig process(Fields fields) {
    return new ProcessConfig(
        fields.text("name"),
        fields.text("cmdline"),
        fields.integer("max_failures"),
        fields.bool("daemon"),
        fields.bool("ephemeral"),
        fields.seconds("min_duration"),
        fields.bool("final"),
        fields.struct("logger").map(TaskReader::logger));
  }

  private static Constraint constraint(Fields fields) {
    List<String> order = new ArrayList<>();
    for (Value name : fields.list("order")) {
      order.add(((Json.Text) ((Value.Scalar) name).raw()).value());
    }
    return new Constraint(order);
  }

  private static Resources resources(Fields fields) {
    return new Resources(
        fields.decimal("cpu"),
        fields.longInteger("ram"),
        fields.longInteger("disk"),
        fields.longInteger("gpu"));
  }

  private static LoggerConfig logger(Fields fields) {
    Optional<RotatePolicy> rotate =
        fields
            .struct("rotate")
            .map(it -> new RotatePolicy(it.longInteger("log_size"), it.integer("backups")));
    return new LoggerConfig(
        LoggerConfig.Destination.of(fields.text("destination")).orElseThrow(),
        LoggerConfig.Mode.of(fields.text("mode")).orElseThrow(),
        rotate);
  }
}

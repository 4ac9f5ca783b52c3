package org.thermos.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/** Makes a {@link Task} of an interpolated and checked configuration. */
final class TaskReader {
  private TaskReader() {}

  /** The task as it is to be run, so with its escaped tags as they are meant. */
  static Task read(Value.Struct bound) throws SchemaException {
    Fields fields = new Fields(Interpolation.checked(bound, Scope.EMPTY));
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
      order.add(Fields.text((Value.Scalar) name));
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

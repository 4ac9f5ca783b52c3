package org.thermos.config;

import static org.thermos.config.schema.Primitive.BOOLEAN;
import static org.thermos.config.schema.Primitive.FLOAT;
import static org.thermos.config.schema.Primitive.INTEGER;
import static org.thermos.config.schema.Primitive.STRING;

import org.thermos.config.schema.EnumType;
import org.thermos.config.schema.ListType;
import org.thermos.config.schema.MapType;
import org.thermos.config.schema.StructType;

/** The schema of a task (config 5.1). */
final class ThermosSchema {
  private ThermosSchema() {}

  static final StructType RESOURCES =
      StructType.named("Resources")
          .defaulted("gpu", INTEGER, "0")
          .required("disk", INTEGER)
          .required("ram", INTEGER)
          .required("cpu", FLOAT);

  static final StructType CONSTRAINT =
      StructType.named("Constraint").optional("order", new ListType(STRING));

  static final StructType ROTATE_POLICY =
      StructType.named("RotatePolicy")
          .defaulted("log_size", INTEGER, "104857600")
          .defaulted("backups", INTEGER, "5");

  static final StructType LOGGER =
      StructType.named("Logger")
          .defaulted("destination", EnumType.of("file", "console", "both", "none"), "\"file\"")
          .defaulted("mode", EnumType.of("standard", "rotate"), "\"standard\"")
          .optional("rotate", ROTATE_POLICY);

  static final StructType PROCESS =
      StructType.named("Process")
          .defaulted("daemon", BOOLEAN, "false")
          .required("name", STRING)
          .defaulted("ephemeral", BOOLEAN, "false")
          .defaulted("max_failures", INTEGER, "1")
          .defaulted("min_duration", INTEGER, "5")
          .required("cmdline", STRING)
          .optional("logger", LOGGER)
          .defaulted("final", BOOLEAN, "false")
          .optional("resources", RESOURCES);

  static final StructType TASK =
      StructType.named("Task")
          .optional("processes", new ListType(PROCESS))
          .defaulted("name", STRING, "\"{{processes[0].name}}\"")
          .defaulted("finalization_wait", INTEGER, "30")
          .defaulted("max_failures", INTEGER, "1")
          .defaulted("max_concurrency", INTEGER, "0")
          .optional("resources", RESOURCES)
          .defaulted("constraints", new ListType(CONSTRAINT), "[]")
          .optional("user", STRING);

  /** What is bound as {@code thermos}. */
  static final StructType CONTEXT =
      StructType.named("ThermosContext")
          .optional("ports", new MapType(STRING, INTEGER))
          .optional("task_id", STRING)
          .optional("user", STRING);
}

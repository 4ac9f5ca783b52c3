package org.thermos.config;

import static org.thermos.config.schema.IntegerRangesType.INTEGER_RANGES;
import static org.thermos.config.schema.Primitive.BOOLEAN;
import static org.thermos.config.schema.Primitive.FLOAT;
import static org.thermos.config.schema.Primitive.INTEGER;
import static org.thermos.config.schema.Primitive.STRING;

import org.thermos.config.schema.EnumType;
import org.thermos.config.schema.ListType;
import org.thermos.config.schema.MapType;
import org.thermos.config.schema.StructType;

/**
 * The schema of a job and of an instance of its task, as far as an executor sees it (config 5.7).
 * Of a job's other fields those are here that a template may refer to. What the original does not
 * know is optional, so that what is shown of a task that does without it stays the same.
 */
final class AuroraSchema {
  private AuroraSchema() {}

  static final StructType HTTP_HEALTH_CHECKER =
      StructType.named("HttpHealthChecker")
          .defaulted("endpoint", STRING, "\"/health\"")
          .defaulted("expected_response", STRING, "\"ok\"")
          .defaulted("expected_response_code", INTEGER_RANGES, "0")
          .optional("scheme", EnumType.of("http", "https"))
          .optional("port_name", STRING);

  static final StructType TCP_HEALTH_CHECKER =
      StructType.named("TcpHealthChecker").optional("port_name", STRING);

  static final StructType SHELL_HEALTH_CHECKER =
      StructType.named("ShellHealthChecker").required("shell_command", STRING);

  static final StructType HEALTH_CHECKER =
      StructType.named("HealthCheckerConfig")
          .optional("http", HTTP_HEALTH_CHECKER)
          .optional("shell", SHELL_HEALTH_CHECKER)
          .optional("tcp", TCP_HEALTH_CHECKER);

  static final StructType HEALTH_CHECK =
      StructType.named("HealthCheckConfig")
          .defaulted("health_checker", HEALTH_CHECKER, "{\"http\": {}}")
          .defaulted("initial_interval_secs", FLOAT, "15.0")
          .defaulted("interval_secs", FLOAT, "10.0")
          .defaulted("max_consecutive_failures", INTEGER, "0")
          .defaulted("min_consecutive_successes", INTEGER, "1")
          .defaulted("timeout_secs", FLOAT, "1.0");

  static final StructType HTTP_LIFECYCLE =
      StructType.named("HttpLifecycleConfig")
          .defaulted("port", STRING, "\"health\"")
          .defaulted("graceful_shutdown_endpoint", STRING, "\"/quitquitquit\"")
          .defaulted("shutdown_endpoint", STRING, "\"/abortabortabort\"")
          .defaulted("graceful_shutdown_wait_secs", INTEGER, "5")
          .defaulted("shutdown_wait_secs", INTEGER, "5");

  static final StructType LIFECYCLE =
      StructType.named("LifecycleConfig").optional("http", HTTP_LIFECYCLE);

  static final StructType ANNOUNCER =
      StructType.named("Announcer")
          .defaulted("primary_port", STRING, "\"http\"")
          .defaulted("portmap", new MapType(STRING, STRING), "{\"aurora\": \"{{primary_port}}\"}")
          .optional("zk_path", STRING);

  /** What is bound as {@code mesos}. */
  static final StructType MESOS_CONTEXT =
      StructType.named("MesosContext").required("instance", INTEGER).required("hostname", STRING);

  /** Role and environment are required by the original's schema, but never asked for. */
  static final StructType TASK_INSTANCE =
      StructType.named("MesosTaskInstance")
          .required("task", ThermosSchema.TASK)
          .required("instance", INTEGER)
          .optional("role", STRING)
          .optional("announce", ANNOUNCER)
          .optional("environment", STRING)
          .defaulted("health_check_config", HEALTH_CHECK, "{}")
          .optional("lifecycle", LIFECYCLE);

  private static final StructType EXECUTOR_CONFIG =
      StructType.named("ExecutorConfig")
          .defaulted("name", STRING, "\"AuroraExecutor\"")
          .defaulted("data", STRING, "\"\"");

  private static final StructType METADATA =
      StructType.named("Metadata").required("key", STRING).required("value", STRING);

  static final StructType JOB =
      StructType.named("MesosJob")
          .defaulted("name", STRING, "\"{{task.name}}\"")
          .optional("role", STRING)
          .optional("contact", STRING)
          .optional("cluster", STRING)
          .optional("environment", STRING)
          .defaulted("instances", INTEGER, "1")
          .required("task", ThermosSchema.TASK)
          .optional("announce", ANNOUNCER)
          .optional("tier", STRING)
          .optional("cron_schedule", STRING)
          .defaulted("cron_collision_policy", STRING, "\"KILL_EXISTING\"")
          .optional("constraints", new MapType(STRING, STRING))
          .defaulted("metadata", new ListType(METADATA), "[]")
          .defaulted("service", BOOLEAN, "false")
          .defaulted("max_task_failures", INTEGER, "1")
          .defaulted("production", BOOLEAN, "false")
          .defaulted("priority", INTEGER, "0")
          .defaulted("health_check_config", HEALTH_CHECK, "{}")
          .defaulted("lifecycle", LIFECYCLE, "{\"http\": {}}")
          .optional("task_links", new MapType(STRING, STRING))
          .defaulted("executor_config", EXECUTOR_CONFIG, "{}")
          .defaulted("enable_hooks", BOOLEAN, "false");
}

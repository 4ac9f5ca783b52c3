package org.thermos.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.config.json.Json;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.Primitive;
import org.thermos.config.schema.SchemaException;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.StructType;
import org.thermos.config.schema.Value;

/** Chooses a task's health check (health 7.1): shell, then TCP, then HTTP where there is a port. */
final class HealthCheckReader {
  private static final String HEALTH = "health";

  private final Assignment assignment;
  private final Value.Struct config;

  HealthCheckReader(Assignment assignment, Value.Struct config) {
    this.assignment = assignment;
    this.config = config;
  }

  /**
   * @param ports every port by name, aliases included
   */
  HealthCheck read(Map<String, Integer> ports) throws ConfigException, SchemaException {
    Optional<Fields> checker = new Fields(config).struct("health_checker");
    Optional<Fields> shell = checker.flatMap(it -> it.struct("shell"));
    if (shell.isPresent()) {
      return new HealthCheck.Shell(shellCommand(shell.get(), ports), timing());
    }
    Optional<Fields> tcp = checker.flatMap(it -> it.struct("tcp"));
    if (tcp.isPresent()) {
      String name = tcp.get().optionalText("port_name").orElse(HEALTH);
      return new HealthCheck.Tcp(port(name, AuroraSchema.TCP_HEALTH_CHECKER, ports), timing());
    }
    Fields http = checker.flatMap(it -> it.struct("http")).orElseGet(HealthCheckReader::byDefault);
    Optional<String> name = http.optionalText("port_name");
    if (name.isEmpty() && !ports.containsKey(HEALTH)) {
      return HealthCheck.None.NONE;
    }
    return new HealthCheck.Http(
        http.optionalText("scheme").orElse("http"),
        port(name.orElse(HEALTH), AuroraSchema.HTTP_HEALTH_CHECKER, ports),
        http.text("endpoint"),
        http.text("expected_response"),
        http.statusCodes("expected_response_code"),
        timing());
  }

  private static Fields byDefault() {
    return new Fields(AuroraSchema.HTTP_HEALTH_CHECKER.of(Map.of()));
  }

  /** A port that was asked for by name must be there: without it nothing would be checked. */
  private static int port(String name, StructType type, Map<String, Integer> ports)
      throws ConfigException {
    Integer port = ports.get(name);
    TaskResolver.require(
        port != null,
        type,
        "port_name",
        "the task has no port called '" + name + "', it has " + ports.keySet());
    return port;
  }

  /** Knows every port, where the original knows no aliases (gaps 9.4 #54). */
  private String shellCommand(Fields shell, Map<String, Integer> ports) throws SchemaException {
    Scope mesos =
        Scope.binding(
            "mesos",
            AuroraSchema.MESOS_CONTEXT.of(
                Map.of(
                    "instance",
                    new Value.Scalar(Primitive.INTEGER, new Json.Int(assignment.instance())))),
            Scope.EMPTY);
    Scope thermos = ThermosContext.bind(assignment.taskId(), Optional.empty(), ports, mesos);
    Value.Struct command =
        AuroraSchema.SHELL_HEALTH_CHECKER.of(
            Map.of(
                "shell_command",
                new Value.Scalar(
                    Primitive.STRING, new Json.Text(shell.template("shell_command")))));
    return new Fields(Interpolation.of(command, thermos).value()).text("shell_command");
  }

  HealthCheck.Timing timing() throws ConfigException {
    Fields fields = new Fields(config);
    StructType type = AuroraSchema.HEALTH_CHECK;
    TaskResolver.require(
        fields.decimal("interval_secs") > 0, type, "interval_secs", "it must be positive");
    for (String field : List.of("initial_interval_secs", "timeout_secs")) {
      TaskResolver.require(fields.decimal(field) >= 0, type, field, TaskResolver.NOT_NEGATIVE);
    }
    for (String field : List.of("max_consecutive_failures", "min_consecutive_successes")) {
      TaskResolver.require(fields.integer(field) >= 0, type, field, TaskResolver.NOT_NEGATIVE);
    }
    Duration interval = fields.seconds("interval_secs");
    return new HealthCheck.Timing(
        interval.isZero() ? Duration.ofNanos(1) : interval,
        fields.seconds("initial_interval_secs"),
        fields.seconds("timeout_secs"),
        fields.integer("max_consecutive_failures"),
        fields.integer("min_consecutive_successes"));
  }
}

package org.thermos.executor;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.CheckInfo;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Environment.Variable;
import org.apache.mesos.Protos.HealthCheck;
import org.apache.mesos.Protos.TaskInfo;
import org.thermos.health.HealthSetupException;
import org.thermos.health.MesosCheck;
import org.thermos.health.MesosCheckResult;
import org.thermos.health.MesosHealthCheck;
import org.thermos.health.MesosProbe;

/**
 * Mesos' own definitions of checks in a TaskInfo, read as Mesos' executors read them. Whatever the
 * scheduler sent that makes no sense is refused with what and why.
 */
final class CheckDefinitions {
  private static final double MOST_SECONDS = 100.0 * 365 * 24 * 3600;
  private static final int LAST_PORT = 65_535;

  private CheckDefinitions() {}

  /**
   * {@code TaskInfo.health_check}, if there is one.
   *
   * @throws HealthSetupException if it cannot be carried out
   */
  static Optional<MesosHealthCheck> health(TaskInfo task) throws HealthSetupException {
    if (!task.hasHealthCheck()) {
      return Optional.empty();
    }
    HealthCheck check = task.getHealthCheck();
    String path = "TaskInfo.health_check";
    return Optional.of(
        new MesosHealthCheck(
            probe(check, path),
            seconds(check.getDelaySeconds(), path + ".delay_seconds"),
            seconds(check.getIntervalSeconds(), path + ".interval_seconds"),
            seconds(check.getTimeoutSeconds(), path + ".timeout_seconds"),
            count(check.getConsecutiveFailures()),
            seconds(check.getGracePeriodSeconds(), path + ".grace_period_seconds")));
  }

  /**
   * {@code TaskInfo.check}, if there is one.
   *
   * @throws HealthSetupException if it cannot be carried out
   */
  static Optional<MesosCheck> check(TaskInfo task) throws HealthSetupException {
    if (!task.hasCheck()) {
      return Optional.empty();
    }
    CheckInfo check = task.getCheck();
    String path = "TaskInfo.check";
    return Optional.of(
        new MesosCheck(
            probe(check, path),
            seconds(check.getDelaySeconds(), path + ".delay_seconds"),
            seconds(check.getIntervalSeconds(), path + ".interval_seconds"),
            seconds(check.getTimeoutSeconds(), path + ".timeout_seconds")));
  }

  /** For {@code TaskStatus.check_status}, which every update of a task with a check has. */
  static CheckStatusInfo status(MesosCheckResult result) {
    CheckStatusInfo.Builder status = CheckStatusInfo.newBuilder();
    if (result instanceof MesosCheckResult.Command command) {
      CheckStatusInfo.Command.Builder value = CheckStatusInfo.Command.newBuilder();
      command.exitCode().ifPresent(value::setExitCode);
      return status.setType(CheckInfo.Type.COMMAND).setCommand(value).build();
    }
    if (result instanceof MesosCheckResult.Http http) {
      CheckStatusInfo.Http.Builder value = CheckStatusInfo.Http.newBuilder();
      http.statusCode().ifPresent(value::setStatusCode);
      return status.setType(CheckInfo.Type.HTTP).setHttp(value).build();
    }
    CheckStatusInfo.Tcp.Builder value = CheckStatusInfo.Tcp.newBuilder();
    ((MesosCheckResult.Tcp) result).succeeded().ifPresent(value::setSucceeded);
    return status.setType(CheckInfo.Type.TCP).setTcp(value).build();
  }

  private static MesosProbe probe(HealthCheck check, String path) throws HealthSetupException {
    switch (check.getType()) {
      case COMMAND -> {
        require(check.hasCommand(), path + ".command", "is not set, though the type is COMMAND");
        return command(check.getCommand(), path + ".command");
      }
      case HTTP -> {
        require(check.hasHttp(), path + ".http", "is not set, though the type is HTTP");
        HealthCheck.HTTPCheckInfo http = check.getHttp();
        String scheme = http.hasScheme() ? http.getScheme() : "http";
        require(
            scheme.equals("http") || scheme.equals("https"),
            path + ".http.scheme",
            "is neither http nor https");
        return http(scheme, http.getPort(), http.getPath(), path + ".http");
      }
      case TCP -> {
        require(check.hasTcp(), path + ".tcp", "is not set, though the type is TCP");
        return new MesosProbe.Tcp(port(check.getTcp().getPort(), path + ".tcp"));
      }
      default -> throw refused(path + ".type", "is none of COMMAND, HTTP and TCP");
    }
  }

  private static MesosProbe probe(CheckInfo check, String path) throws HealthSetupException {
    switch (check.getType()) {
      case COMMAND -> {
        require(check.hasCommand(), path + ".command", "is not set, though the type is COMMAND");
        return command(check.getCommand().getCommand(), path + ".command.command");
      }
      case HTTP -> {
        require(check.hasHttp(), path + ".http", "is not set, though the type is HTTP");
        return http("http", check.getHttp().getPort(), check.getHttp().getPath(), path + ".http");
      }
      case TCP -> {
        require(check.hasTcp(), path + ".tcp", "is not set, though the type is TCP");
        return new MesosProbe.Tcp(port(check.getTcp().getPort(), path + ".tcp"));
      }
      default -> throw refused(path + ".type", "is none of COMMAND, HTTP and TCP");
    }
  }

  private static MesosProbe http(String scheme, int port, String endpoint, String path)
      throws HealthSetupException {
    require(
        endpoint.isEmpty() || endpoint.startsWith("/"),
        path + ".path",
        "does not start with a slash");
    return new MesosProbe.Http(scheme, port(port, path), endpoint);
  }

  private static int port(int port, String path) throws HealthSetupException {
    require(port > 0 && port <= LAST_PORT, path + ".port", "is not between 1 and " + LAST_PORT);
    return port;
  }

  /** As Mesos' executors do, user and uris are ignored: it runs as the task's processes do. */
  private static MesosProbe command(CommandInfo command, String path) throws HealthSetupException {
    require(
        command.hasValue(),
        path + ".value",
        "is not set: it is a " + (command.getShell() ? "shell command" : "path of a program"));
    require(command.getValue().indexOf('\0') < 0, path + ".value", "has a null character");
    List<String> argv = new ArrayList<>();
    if (command.getShell()) {
      argv.addAll(List.of("/bin/sh", "-c", command.getValue()));
    } else {
      argv.add(command.getValue());
      // The first argument is what the program is told to be called, which only it would notice.
      argv.addAll(command.getArgumentsList().stream().skip(1).toList());
    }
    return new MesosProbe.Command(argv, environment(command, path + ".environment"));
  }

  private static Map<String, String> environment(CommandInfo command, String path)
      throws HealthSetupException {
    Map<String, String> environment = new HashMap<>();
    for (Variable variable : command.getEnvironment().getVariablesList()) {
      require(
          variable.getType() != Variable.Type.SECRET,
          path,
          "has a secret, '" + variable.getName() + "', which this executor cannot resolve");
      environment.put(variable.getName(), variable.getValue());
    }
    return environment;
  }

  private static int count(int unsigned) {
    return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
  }

  private static Duration seconds(double seconds, String path) throws HealthSetupException {
    require(seconds >= 0, path, "is negative, or no number"); // NaN is not even zero or more
    BigDecimal nanos = BigDecimal.valueOf(Math.min(seconds, MOST_SECONDS)).movePointRight(9);
    return Duration.ofNanos(nanos.longValue());
  }

  private static void require(boolean holds, String path, String fault)
      throws HealthSetupException {
    if (!holds) {
      throw refused(path, fault);
    }
  }

  private static HealthSetupException refused(String path, String fault) {
    return new HealthSetupException("Cannot check the task: " + path + " " + fault + ".");
  }
}

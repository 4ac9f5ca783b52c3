package org.thermos.mesos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.SlaveID;

/**
 * What a Mesos agent tells its executor through environment variables.
 *
 * @param directory the sandbox as the host sees it ({@code MESOS_DIRECTORY})
 * @param sandbox the sandbox as the executor sees it ({@code MESOS_SANDBOX}, else the directory)
 * @param recovery present if the framework checkpoints: the executor is to outlive its agent
 */
public record MesosEnvironment(
    AgentEndpoint endpoint,
    FrameworkID frameworkId,
    ExecutorID executorId,
    Optional<SlaveID> agentId,
    Path directory,
    Path sandbox,
    Optional<Recovery> recovery,
    Duration shutdownGracePeriod,
    Optional<AuthenticationToken> authenticationToken,
    Optional<TlsSettings> tls) {

  /** What an agent sets for an executor that sets no grace period itself. */
  static final Duration DEFAULT_SHUTDOWN_GRACE_PERIOD = Duration.ofSeconds(5);

  /**
   * How long to look for an agent that has gone.
   *
   * @param timeout after which to give up
   * @param backoffMax the time a returned agent waits for its executors: try much more often
   */
  public record Recovery(Duration timeout, Duration backoffMax) {}

  /**
   * Reads the variables an agent sets.
   *
   * @throws EnvironmentException naming the variable, what is wrong with it and what to do
   */
  public static MesosEnvironment parse(Map<String, String> environment)
      throws EnvironmentException {
    Variables variables = new Variables(environment);
    Path directory = variables.path("MESOS_DIRECTORY");
    return new MesosEnvironment(
        endpoint(variables),
        FrameworkID.newBuilder().setValue(variables.required("MESOS_FRAMEWORK_ID")).build(),
        ExecutorID.newBuilder().setValue(variables.required("MESOS_EXECUTOR_ID")).build(),
        variables
            .optional("MESOS_SLAVE_ID")
            .map(value -> SlaveID.newBuilder().setValue(value).build()),
        directory,
        variables.optionalPath("MESOS_SANDBOX").orElse(directory),
        recovery(variables),
        variables
            .optionalDuration("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD")
            .orElse(DEFAULT_SHUTDOWN_GRACE_PERIOD),
        token(variables),
        variables.flag("LIBPROCESS_SSL_ENABLED", "SSL_ENABLED")
            ? Optional.of(tls(variables))
            : Optional.empty());
  }

  private static AgentEndpoint endpoint(Variables variables) throws EnvironmentException {
    Optional<Path> socket = variables.optionalPath("MESOS_DOMAIN_SOCKET");
    Optional<String> pid = variables.optional("MESOS_SLAVE_PID");
    if (socket.isPresent()) {
      String agent =
          pid.map(value -> value.substring(0, Math.max(0, value.indexOf('@')))).orElse("");
      return new AgentEndpoint.Unix(
          socket.get(), (agent.isEmpty() ? "" : "/" + agent) + "/api/v1/executor");
    }
    Optional<String> endpoint = variables.optional("MESOS_AGENT_ENDPOINT");
    if (endpoint.isPresent()) {
      return tcp("MESOS_AGENT_ENDPOINT", endpoint.get(), endpoint.get());
    }
    if (pid.isPresent()) {
      return tcp("MESOS_SLAVE_PID", pid.get(), pid.get().substring(pid.get().indexOf('@') + 1));
    }
    throw new EnvironmentException(
        "MESOS_AGENT_ENDPOINT is not set. A Mesos agent sets it to its address and port; to start an"
            + " executor by hand, set it to those of a running agent (for example 127.0.0.1:5051).");
  }

  private static AgentEndpoint tcp(String name, String value, String address)
      throws EnvironmentException {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (!host.isEmpty()
          && host.chars().allMatch(c -> c > ' ' && c < 0x7f)
          && port > 0
          && port < 65536) {
        return new AgentEndpoint.Tcp(host, port);
      }
    } catch (NumberFormatException e) {
      // Said below, as for every other way of not being an address.
    }
    throw Variables.unusable(name, value, "is not an address and port such as 127.0.0.1:5051");
  }

  private static Optional<Recovery> recovery(Variables variables) throws EnvironmentException {
    if (!variables.flag("MESOS_CHECKPOINT")) {
      return Optional.empty();
    }
    return Optional.of(
        new Recovery(
            variables.duration("MESOS_RECOVERY_TIMEOUT"),
            variables.duration("MESOS_SUBSCRIPTION_BACKOFF_MAX")));
  }

  private static Optional<AuthenticationToken> token(Variables variables)
      throws EnvironmentException {
    Optional<String> secret = variables.optional("MESOS_EXECUTOR_AUTHENTICATION_TOKEN");
    try {
      return secret.map(AuthenticationToken::new);
    } catch (IllegalArgumentException e) {
      throw Variables.unusable(
          "MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "****", "has a character no header may carry");
    }
  }

  private static TlsSettings tls(Variables variables) throws EnvironmentException {
    // The second and third names are those of older agents; all of them are still documented.
    boolean verify =
        variables.flag(
                "LIBPROCESS_SSL_VERIFY_SERVER_CERT",
                "LIBPROCESS_SSL_VERIFY_CERT",
                "SSL_VERIFY_CERT")
            || variables.flag("LIBPROCESS_SSL_REQUIRE_CERT", "SSL_REQUIRE_CERT");
    boolean byAddress =
        variables.flag("LIBPROCESS_SSL_VERIFY_IPADD", "SSL_VERIFY_IPADD")
            || variables
                .optional("LIBPROCESS_SSL_HOSTNAME_VALIDATION_SCHEME")
                .filter("openssl"::equals)
                .isPresent();
    TlsSettings.Verification verification =
        !verify
            ? TlsSettings.Verification.NONE
            : byAddress ? TlsSettings.Verification.ADDRESS : TlsSettings.Verification.REVERSE_NAME;
    return new TlsSettings(
        verification,
        variables.optionalPath("LIBPROCESS_SSL_CERT_FILE", "SSL_CERT_FILE"),
        variables.optionalPath("LIBPROCESS_SSL_KEY_FILE", "SSL_KEY_FILE"),
        variables.optionalPath(
            "LIBPROCESS_SSL_CA_FILE", "SSL_CA_FILE", "LIBPROCESS_SSL_CA_DIR", "SSL_CA_DIR"));
  }
}

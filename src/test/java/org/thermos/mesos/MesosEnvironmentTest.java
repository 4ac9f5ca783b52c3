package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.mesos.TlsSettings.Verification;

class MesosEnvironmentTest {

  /** As a real agent of 1.3.2 sets it. */
  private static final Map<String, String> REAL =
      Map.ofEntries(
          Map.entry("LIBPROCESS_IP", "127.0.0.1"),
          Map.entry("LIBPROCESS_PORT", "0"),
          Map.entry("MESOS_AGENT_ENDPOINT", "127.0.0.1:5051"),
          Map.entry("MESOS_SLAVE_PID", "slave(1)@127.0.0.1:5051"),
          Map.entry("MESOS_SLAVE_ID", "agent-S0"),
          Map.entry("MESOS_FRAMEWORK_ID", "framework-0003"),
          Map.entry("MESOS_EXECUTOR_ID", "thermos-task"),
          Map.entry("MESOS_DIRECTORY", "/var/lib/mesos/run"),
          Map.entry("MESOS_SANDBOX", "/mnt/mesos/sandbox"),
          Map.entry("MESOS_CHECKPOINT", "1"),
          Map.entry("MESOS_HTTP_COMMAND_EXECUTOR", "0"),
          Map.entry("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "5secs"),
          Map.entry("MESOS_RECOVERY_TIMEOUT", "15mins"),
          Map.entry("MESOS_SUBSCRIPTION_BACKOFF_MAX", "2secs"),
          Map.entry("PATH", "/usr/bin"));

  private static Map<String, String> realWith(String name, String value) {
    Map<String, String> changed = new HashMap<>(REAL);
    changed.put(name, value);
    return changed;
  }

  private static Map<String, String> realWithout(String... names) {
    Map<String, String> changed = new HashMap<>(REAL);
    for (String name : names) {
      changed.remove(name);
    }
    return changed;
  }

  @Test
  void readsWhatAnAgentSets() throws Exception {
    MesosEnvironment environment = MesosEnvironment.parse(REAL);

    assertThat(environment.endpoint()).isEqualTo(new AgentEndpoint.Tcp("127.0.0.1", 5051));
    assertThat(environment.frameworkId().getValue()).isEqualTo("framework-0003");
    assertThat(environment.executorId().getValue()).isEqualTo("thermos-task");
    assertThat(environment.agentId().orElseThrow().getValue()).isEqualTo("agent-S0");
    assertThat(environment.directory()).isEqualTo(Path.of("/var/lib/mesos/run"));
    assertThat(environment.sandbox()).isEqualTo(Path.of("/mnt/mesos/sandbox"));
    assertThat(environment.shutdownGracePeriod()).isEqualTo(Duration.ofSeconds(5));
    assertThat(environment.recovery())
        .contains(new MesosEnvironment.Recovery(Duration.ofMinutes(15), Duration.ofSeconds(2)));
    assertThat(environment.authenticationToken()).isEmpty();
    assertThat(environment.tls()).isEmpty();
  }

  @Test
  void withoutCheckpointingThereIsNoRecovery() throws Exception {
    Map<String, String> variables =
        realWithout("MESOS_CHECKPOINT", "MESOS_RECOVERY_TIMEOUT", "MESOS_SUBSCRIPTION_BACKOFF_MAX");
    assertThat(MesosEnvironment.parse(variables).recovery()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "example.org:5051, example.org, 5051",
    "[::1]:5051, ::1, 5051",
  })
  void takesNamesAndIpv6(String text, String host, int port) throws Exception {
    AgentEndpoint endpoint =
        MesosEnvironment.parse(realWith("MESOS_AGENT_ENDPOINT", text)).endpoint();
    assertThat(endpoint).isEqualTo(new AgentEndpoint.Tcp(host, port));
    assertThat(endpoint.host()).isEqualTo(text);
  }

  @Test
  void anAgentWithoutAnEndpointVariableIsFoundByItsPid() throws Exception {
    assertThat(MesosEnvironment.parse(realWithout("MESOS_AGENT_ENDPOINT")).endpoint())
        .isEqualTo(new AgentEndpoint.Tcp("127.0.0.1", 5051));
  }

  @Test
  void aDomainSocketGoesBeforeTheEndpointAndBearsTheAgentsName() throws Exception {
    assertThat(
            MesosEnvironment.parse(realWith("MESOS_DOMAIN_SOCKET", "/run/mesos.sock")).endpoint())
        .isEqualTo(new AgentEndpoint.Unix(Path.of("/run/mesos.sock"), "/slave(1)/api/v1/executor"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MESOS_FRAMEWORK_ID",
        "MESOS_EXECUTOR_ID",
        "MESOS_DIRECTORY",
        "MESOS_RECOVERY_TIMEOUT",
        "MESOS_SUBSCRIPTION_BACKOFF_MAX"
      })
  void namesTheVariableThatIsMissing(String name) {
    assertThatThrownBy(() -> MesosEnvironment.parse(realWithout(name)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith(name + " is not set. ")
        .hasMessageContaining("set the variable");
  }

  @Test
  void namesTheEndpointVariableIfTheAgentCannotBeFoundAtAll() {
    assertThatThrownBy(
            () -> MesosEnvironment.parse(realWithout("MESOS_AGENT_ENDPOINT", "MESOS_SLAVE_PID")))
        .hasMessageStartingWith("MESOS_AGENT_ENDPOINT is not set. ");
  }

  @ParameterizedTest
  @CsvSource({
    "MESOS_AGENT_ENDPOINT, 127.0.0.1",
    "MESOS_AGENT_ENDPOINT, :5051",
    "MESOS_AGENT_ENDPOINT, host:0",
    "MESOS_AGENT_ENDPOINT, host:65536",
    "MESOS_AGENT_ENDPOINT, host:x",
    "MESOS_AGENT_ENDPOINT, a b:5051",
    "MESOS_CHECKPOINT, yes",
    "MESOS_RECOVERY_TIMEOUT, 15",
    "MESOS_SUBSCRIPTION_BACKOFF_MAX, soon",
    "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD, 5sec",
    "LIBPROCESS_SSL_ENABLED, on",
  })
  void namesTheVariableAndTheValueThatCannotBeUsed(String name, String value) {
    assertThatThrownBy(() -> MesosEnvironment.parse(realWith(name, value)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith("Cannot use " + name + "=" + value + ": it is ")
        .hasMessageContaining("look for something that overrides it");
  }

  @Test
  void theTokenIsNeverPrinted() throws Exception {
    MesosEnvironment environment =
        MesosEnvironment.parse(realWith("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "s3cret"));
    assertThat(environment.authenticationToken().orElseThrow().authorization())
        .isEqualTo("Bearer s3cret");
    assertThat(environment.toString()).doesNotContain("s3cret");

    assertThatThrownBy(
            () ->
                MesosEnvironment.parse(
                    realWith("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "s3cret\r\nX: y")))
        .hasMessageContaining("MESOS_EXECUTOR_AUTHENTICATION_TOKEN")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "LIBPROCESS_SSL_VERIFY_CERT, false, NONE",
    "LIBPROCESS_SSL_VERIFY_CERT, true, REVERSE_NAME",
    "LIBPROCESS_SSL_VERIFY_SERVER_CERT, 1, REVERSE_NAME",
    "LIBPROCESS_SSL_REQUIRE_CERT, 1, REVERSE_NAME",
    "SSL_VERIFY_CERT, true, REVERSE_NAME",
  })
  void whatIsAskedOfTheCertificateIsLibprocessesChoice(
      String name, String value, Verification expected) throws Exception {
    Map<String, String> variables = realWith("LIBPROCESS_SSL_ENABLED", "1");
    variables.put(name, value);
    assertThat(MesosEnvironment.parse(variables).tls().orElseThrow().verification())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "LIBPROCESS_SSL_VERIFY_IPADD, true",
    "LIBPROCESS_SSL_HOSTNAME_VALIDATION_SCHEME, openssl",
  })
  void theAddressInTheCertificateIsCheckedIfAskedFor(String name, String value) throws Exception {
    Map<String, String> variables = realWith("LIBPROCESS_SSL_ENABLED", "true");
    variables.put("LIBPROCESS_SSL_VERIFY_CERT", "true");
    variables.put(name, value);
    assertThat(MesosEnvironment.parse(variables).tls().orElseThrow().verification())
        .isEqualTo(Verification.ADDRESS);
  }
}

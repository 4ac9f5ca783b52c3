package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.CheckInfo;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.HealthCheck;
import org.apache.mesos.Protos.HealthCheck.HTTPCheckInfo;
import org.apache.mesos.Protos.HealthCheck.TCPCheckInfo;
import org.apache.mesos.Protos.Secret;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.junit.jupiter.api.Test;
import org.thermos.health.HealthSetupException;
import org.thermos.health.MesosCheck;
import org.thermos.health.MesosCheckResult;
import org.thermos.health.MesosHealthCheck;
import org.thermos.health.MesosProbe;

class CheckDefinitionsTest {
  private static TaskInfo.Builder task() {
    return TaskInfo.newBuilder()
        .setName("t")
        .setTaskId(TaskID.newBuilder().setValue("t"))
        .setSlaveId(SlaveID.newBuilder().setValue("s"));
  }

  private static HealthCheck.Builder tcp() {
    return HealthCheck.newBuilder()
        .setType(HealthCheck.Type.TCP)
        .setTcp(TCPCheckInfo.newBuilder().setPort(80));
  }

  private static HealthCheck.Builder http(HTTPCheckInfo.Builder http) {
    return HealthCheck.newBuilder().setType(HealthCheck.Type.HTTP).setHttp(http);
  }

  private static HealthCheck.Builder command(CommandInfo.Builder command) {
    return HealthCheck.newBuilder().setType(HealthCheck.Type.COMMAND).setCommand(command);
  }

  private static MesosHealthCheck health(HealthCheck.Builder check) throws HealthSetupException {
    return CheckDefinitions.health(task().setHealthCheck(check).build()).orElseThrow();
  }

  private static MesosCheck check(CheckInfo.Builder check) throws HealthSetupException {
    return CheckDefinitions.check(task().setCheck(check).build()).orElseThrow();
  }

  private static void assertRefused(HealthCheck.Builder check, String fault) {
    assertThatThrownBy(() -> health(check))
        .isInstanceOf(HealthSetupException.class)
        .hasMessage("Cannot check the task: TaskInfo.health_check" + fault);
  }

  private static void assertRefused(CheckInfo.Builder check, String fault) {
    assertThatThrownBy(() -> check(check))
        .isInstanceOf(HealthSetupException.class)
        .hasMessage("Cannot check the task: TaskInfo.check" + fault);
  }

  @Test
  void whatIsNotDefinedIsNotChecked() throws HealthSetupException {
    assertThat(CheckDefinitions.health(task().build())).isEmpty();
    assertThat(CheckDefinitions.check(task().build())).isEmpty();
  }

  @Test
  void theDefaultsAreThoseOfMesos() throws HealthSetupException {
    assertThat(health(tcp()))
        .isEqualTo(
            new MesosHealthCheck(
                new MesosProbe.Tcp(80),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                3,
                Duration.ofSeconds(10)));
    assertThat(
            check(
                CheckInfo.newBuilder()
                    .setType(CheckInfo.Type.TCP)
                    .setTcp(CheckInfo.Tcp.newBuilder().setPort(81))))
        .isEqualTo(
            new MesosCheck(
                new MesosProbe.Tcp(81),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20)));
  }

  @Test
  void timesMayBeFractionsAndEndless() throws HealthSetupException {
    MesosHealthCheck check =
        health(
            tcp()
                .setDelaySeconds(0)
                .setIntervalSeconds(0.25)
                .setTimeoutSeconds(Double.POSITIVE_INFINITY)
                .setConsecutiveFailures(-1));
    assertThat(check.delay()).isZero();
    assertThat(check.interval()).isEqualTo(Duration.ofMillis(250));
    assertThat(check.timeout()).isGreaterThan(Duration.ofDays(36_000));
    assertThat(check.consecutiveFailures()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void httpHasASchemeAPortAndAPath() throws HealthSetupException {
    assertThat(health(http(HTTPCheckInfo.newBuilder().setPort(8080))).probe())
        .isEqualTo(new MesosProbe.Http("http", 8080, ""));
    assertThat(
            health(http(HTTPCheckInfo.newBuilder().setPort(1).setScheme("https").setPath("/x")))
                .probe())
        .isEqualTo(new MesosProbe.Http("https", 1, "/x"));
    assertThat(
            check(
                    CheckInfo.newBuilder()
                        .setType(CheckInfo.Type.HTTP)
                        .setHttp(CheckInfo.Http.newBuilder().setPort(2).setPath("/y")))
                .probe())
        .isEqualTo(new MesosProbe.Http("http", 2, "/y"));
  }

  @Test
  void aCommandIsForTheShellOrAProgram() throws HealthSetupException {
    Environment environment =
        Environment.newBuilder()
            .addVariables(Environment.Variable.newBuilder().setName("A").setValue("b"))
            .build();
    assertThat(
            health(command(CommandInfo.newBuilder().setValue("a | b").setEnvironment(environment)))
                .probe())
        .isEqualTo(new MesosProbe.Command(List.of("/bin/sh", "-c", "a | b"), Map.of("A", "b")));
    CommandInfo.Builder program =
        CommandInfo.newBuilder().setShell(false).setValue("/bin/x").addArguments("x");
    assertThat(
            check(
                    CheckInfo.newBuilder()
                        .setType(CheckInfo.Type.COMMAND)
                        .setCommand(
                            CheckInfo.Command.newBuilder()
                                .setCommand(program.addArguments("-y").addArguments("z"))))
                .probe())
        .isEqualTo(new MesosProbe.Command(List.of("/bin/x", "-y", "z"), Map.of()));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertRefused(HealthCheck.newBuilder(), ".type is none of COMMAND, HTTP and TCP.");
    for (HealthCheck.Type type : List.of(HealthCheck.Type.COMMAND, HealthCheck.Type.HTTP)) {
      assertRefused(
          HealthCheck.newBuilder().setType(type),
          "."
              + type.name().toLowerCase(java.util.Locale.ROOT)
              + " is not set, though the type is "
              + type
              + ".");
    }
    assertRefused(
        command(CommandInfo.newBuilder()), ".command.value is not set: it is a shell command.");
    assertRefused(
        command(CommandInfo.newBuilder().setValue("a\0b")), ".command.value has a null character.");
    assertRefused(
        http(HTTPCheckInfo.newBuilder().setPort(80).setScheme("ftp")),
        ".http.scheme is neither http nor https.");
    assertRefused(
        http(HTTPCheckInfo.newBuilder().setPort(80).setPath("x")),
        ".http.path does not start with a slash.");
    assertRefused(
        http(HTTPCheckInfo.newBuilder().setPort(70_000)), ".http.port is not between 1 and 65535.");
    assertRefused(tcp().setDelaySeconds(-1), ".delay_seconds is negative, or no number.");
    assertRefused(
        tcp().setGracePeriodSeconds(Double.NaN),
        ".grace_period_seconds is negative, or no number.");
    assertRefused(CheckInfo.newBuilder(), ".type is none of COMMAND, HTTP and TCP.");
    assertRefused(
        CheckInfo.newBuilder().setType(CheckInfo.Type.TCP),
        ".tcp is not set, though the type is TCP.");
  }

  @Test
  void aSecretIsRefusedByItsName() {
    Environment.Variable secret =
        Environment.Variable.newBuilder()
            .setName("TOKEN")
            .setType(Environment.Variable.Type.SECRET)
            .setSecret(
                Secret.newBuilder()
                    .setType(Secret.Type.VALUE)
                    .setValue(
                        Secret.Value.newBuilder()
                            .setData(com.google.protobuf.ByteString.copyFromUtf8("s3cret"))))
            .build();
    assertRefused(
        command(
            CommandInfo.newBuilder()
                .setValue("x")
                .setEnvironment(Environment.newBuilder().addVariables(secret))),
        ".command.environment has a secret, 'TOKEN', which this executor cannot resolve.");
  }

  @Test
  void resultsAreStatuses() {
    CheckStatusInfo command = CheckDefinitions.status(new MesosCheckResult.Command(Optional.of(3)));
    assertThat(command.getType()).isEqualTo(CheckInfo.Type.COMMAND);
    assertThat(command.getCommand().getExitCode()).isEqualTo(3);
    CheckStatusInfo http = CheckDefinitions.status(new MesosCheckResult.Http(Optional.empty()));
    assertThat(http.getType()).isEqualTo(CheckInfo.Type.HTTP);
    assertThat(http.hasHttp()).isTrue();
    assertThat(http.getHttp().hasStatusCode()).isFalse();
    CheckStatusInfo tcp = CheckDefinitions.status(new MesosCheckResult.Tcp(Optional.of(false)));
    assertThat(tcp.getType()).isEqualTo(CheckInfo.Type.TCP);
    assertThat(tcp.getTcp().hasSucceeded()).isTrue();
    assertThat(tcp.getTcp().getSucceeded()).isFalse();
  }
}

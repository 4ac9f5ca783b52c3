package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import org.apache.mesos.Protos.CheckInfo;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.HealthCheck;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.http.ClosedPort;
import org.thermos.process.Accounts;

/**
 * Health checks of Thermos and of Mesos, by the executor as an agent starts it (health 7.1-7.6).
 */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class HealthEndToEndTest {
  private static final int UNAVAILABLE = 503;
  private static final String SLEEP = "touch ready; sleep 1000";

  @TempDir Path directory;
  private Cluster cluster;
  private TaskServer server;

  @BeforeEach
  void start() throws Exception {
    // Accounts other than root have to get at their sandboxes.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster = new Cluster(directory);
    server = new TaskServer();
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    server.close();
  }

  // Thermos' checks.

  @Test
  void aTaskWithoutACheckIsAssumedHealthy() throws Exception {
    cluster.launch(Job.of("sleep 1000").data());
    TaskStatus running = cluster.await(TaskState.TASK_RUNNING);

    assertThat(running.getMessage()).isEqualTo("No health-check defined, task is assumed healthy.");
    assertThat(running.hasHealthy()).isFalse();
    assertThat(running.hasCheckStatus()).isFalse();
    endByKill();
  }

  @Test
  void aTaskRunsOnlyOnceItsPortAnswersWell() throws Exception {
    server.answer("/health", UNAVAILABLE);
    cluster.fetch("export AURORA_HTTP_SIGNALER_TIMEOUT_SECS=60"); // For the last two requests.
    cluster.launch(httpChecked(60, 0).data());
    cluster.await(TaskState.TASK_STARTING);
    cluster.awaitFile("ready");
    cluster.await("it was asked twice", () -> server.requests().size() >= 2);
    assertThat(cluster.updatesSoFar()).containsExactly("TASK_STARTING");
    server.answer("/health", 200);
    TaskStatus running = cluster.await(TaskState.TASK_RUNNING);

    assertThat(running.getMessage()).isEqualTo("Task is healthy.");
    assertThat(running.getHealthy()).isTrue();
    assertThat(endByKill().getHealthy()).isTrue();
    assertThat(server.requests())
        .startsWith("GET /health")
        .endsWith("POST /quitquitquit", "POST /abortabortabort"); // Told so unless told otherwise.
  }

  @Test
  void aTaskThatFallsIllFails() throws Exception {
    server.answer("/health", 200);
    String checker = "{'http': {'expected_response': '', 'expected_response_code': 200}}";
    cluster.launch(
        Job.of(SLEEP)
            .port("health", server.port())
            .with("health_check_config", timing(checker, 0, 1, 10))
            .data());
    cluster.await(TaskState.TASK_RUNNING);
    server.answer("/health", UNAVAILABLE);
    TaskStatus failed = cluster.await(TaskState.TASK_FAILED);

    assertThat(failed.getMessage())
        .isEqualTo(
            "Failed health check! Response code differs from expected response (expected 200, got"
                + " 503)");
    assertThat(failed.getReason()).isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
    assertThat(failed.getHealthy()).isFalse();
    assertThat(cluster.awaitEnd()).hasSize(3); // Failing is nothing that KILLING is told of.
  }

  @Test
  void aShellCheckRunsAsTheRole() throws Exception {
    String role = Accounts.currentUid() == 0 ? "nobody" : System.getProperty("user.name");
    cluster.launch(
        shellChecked(
                "[ -e sandbox/who ] || (id -un; id -gn) > sandbox/who; test {{mesos.instance}} = 0",
                60)
            .as(role)
            .data());
    TaskStatus running = cluster.await(TaskState.TASK_RUNNING);

    assertThat(running.getMessage()).isEqualTo("Task is healthy.");
    assertThat(cluster.file("who")).hasContent(role + "\n" + output("id", "-gn", role));
    endByKill();
  }

  @Test
  void aShellCheckSaysWhatItPrinted() throws Exception {
    cluster.launch(shellChecked("printf tired; exit 3", 60).data());

    assertThat(cluster.await(TaskState.TASK_FAILED).getMessage())
        .isEqualTo(
            "Failed health check! Command 'printf tired; exit 3' returned non-zero exit status 3 with"
                + " output 'tired'");
    cluster.awaitEnd();
  }

  @Test
  void aShellCheckThatHangsIsKilledWithItsChildren() throws Exception {
    // In the sandbox, so that what is left when the last update comes is noticed. How far it comes
    // by then is up to the machine.
    cluster.launch(shellChecked("cd sandbox; sleep 999 & sleep 998", 0.5).data());

    assertThat(cluster.await(TaskState.TASK_FAILED).getMessage())
        .isEqualTo("Failed health check! Health check timed out.");
    cluster.awaitEnd();
  }

  @Test
  void aShellCheckUnderWayEndsWithItsTask() throws Exception {
    cluster.launch(
        shellChecked(
                "trap 'until [ -e leave ]; do sleep 0.02; done; exit 0' TERM; touch ready;"
                    + " while true; do sleep 0.05; done",
                "sleep 999 & touch sandbox/hangs; sleep 998",
                600)
            .data());
    cluster.awaitFile("ready");
    // The second is only one once its shell has forked and executed it.
    cluster.await("both of the check's processes sleep", () -> count("sleep 99") == 2);
    cluster.kill();
    cluster.await("the check has ended", () -> count("sleep 99") == 0);
    cluster.touch("leave"); // Before the task, and long before the executor.

    assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Instructed to kill task.");
  }

  @Test
  void aRoleThatIsUnknownHereIsNamed() throws Exception {
    cluster.launch(shellChecked("true", 60).as("stranger").data());

    TaskStatus failed = cluster.await(TaskState.TASK_FAILED);
    assertThat(failed.getMessage()).contains("stranger").doesNotContain("Internal error");
    cluster.awaitEnd();
  }

  @Test
  void aSnoozedCheckIsNotMade() throws Exception {
    server.answer("/health", 200);
    cluster.fetch("mkdir sandbox && touch sandbox/.healthchecksnooze");
    cluster.launch(httpChecked(0, 0).data());
    cluster.await(TaskState.TASK_STARTING);
    cluster.awaitFile("ready"); // The first check would have been made long before.
    assertThat(server.requests()).isEmpty();
    assertThat(cluster.updatesSoFar()).containsExactly("TASK_STARTING");
    Files.delete(cluster.file(".healthchecksnooze"));

    assertThat(cluster.await(TaskState.TASK_RUNNING).getMessage()).isEqualTo("Task is healthy.");
    endByKill();
  }

  // Mesos' health check.

  @Test
  void mesosHttpCheckThatFailsKillsTheTask() throws Exception {
    server.answer("/well", 200);
    HealthCheck.Builder check = mesos(HealthCheck.Type.HTTP).setConsecutiveFailures(2);
    check.getHttpBuilder().setPort(server.port()).setPath("/well");
    cluster.launch(task().setHealthCheck(check).build());
    awaitUpdate(status -> status.hasHealthy() && status.getHealthy());
    server.answer("/well", 500);

    for (int failures = 1; failures <= 2; failures++) {
      TaskStatus ill = cluster.next();
      assertThat(ill.getState()).isEqualTo(TaskState.TASK_RUNNING);
      assertThat(ill.getReason()).isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
      assertThat(ill.hasHealthy() && !ill.getHealthy()).isTrue();
      assertThat(ill.getMessage()).contains("500");
    }
    assertThat(cluster.next().getState()).isEqualTo(TaskState.TASK_KILLING);
    TaskStatus killed = cluster.next();
    assertThat(killed.getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(killed.hasHealthy() && !killed.getHealthy()).isTrue();
    assertThat(killed.hasReason()).isFalse();
    cluster.awaitEnd();
  }

  @Test
  void mesosCommandCheckTellsOfEachChange() throws Exception {
    HealthCheck.Builder check = mesos(HealthCheck.Type.COMMAND).setConsecutiveFailures(100_000);
    check.setCommand(
        CommandInfo.newBuilder()
            .setValue(
                "[ -e sandbox/environment ] || env > sandbox/environment;"
                    + " until [ -e sandbox/go ]; do sleep 0.02; done; test ! -e sandbox/ill")
            .setEnvironment(
                Environment.newBuilder()
                    .addVariables(
                        Environment.Variable.newBuilder().setName("GREETING").setValue("hello"))));
    cluster.launch(task().setHealthCheck(check).build());
    assertThat(cluster.await(TaskState.TASK_RUNNING).hasHealthy()).isFalse();
    cluster.touch("go");
    TaskStatus well = cluster.next();
    assertThat(well.getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(well.getReason()).isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
    assertThat(well.getHealthy()).isTrue();
    cluster.touch("ill");
    TaskStatus ill = cluster.next();
    assertThat(ill.hasHealthy() && !ill.getHealthy()).isTrue();
    assertThat(ill.getMessage())
        .isEqualTo("COMMAND health check failed: Command exited with status 1");
    Files.delete(cluster.file("ill"));
    awaitUpdate(TaskStatus::getHealthy);
    endByKill();

    assertThat(Files.readAllLines(cluster.file("environment")))
        .contains("GREETING=hello", "MESOS_EXECUTOR_ID=" + Cluster.EXECUTOR.getValue())
        .noneMatch(line -> line.startsWith("THERMOS_") || line.equals("LC_ALL=C.UTF-8"))
        .noneMatch(line -> line.startsWith("MESOS_EXECUTOR_AUTHENTICATION_TOKEN"));
  }

  @Test
  void mesosTcpCheckWaitsForTheGracePeriod() throws Exception {
    try (ClosedPort port = new ClosedPort()) {
      HealthCheck.Builder check =
          mesos(HealthCheck.Type.TCP).setConsecutiveFailures(1).setGracePeriodSeconds(600);
      check.getTcpBuilder().setPort(port.number());
      cluster.launch(task().setHealthCheck(check).build());
      assertThat(cluster.await(TaskState.TASK_RUNNING).hasHealthy()).isFalse();
      try (ServerSocket open = port.listen()) {
        assertThat(open.isBound()).isTrue();
        assertThat(cluster.next().getHealthy()).isTrue();
      }

      // It was well once, so the grace period is over.
      assertThat(cluster.next().getHealthy()).isFalse();
      cluster.await(TaskState.TASK_KILLED);
      cluster.awaitEnd();
    }
  }

  @Test
  void nothingIsHeardOfAHealthCheckOnceTheTaskIsBeingKilled() throws Exception {
    server.answer("/well", 500);
    HealthCheck.Builder check = mesos(HealthCheck.Type.HTTP).setConsecutiveFailures(100_000);
    check.getHttpBuilder().setPort(server.port()).setPath("/well");
    cluster.launch(
        Cluster.task(
                BareTask.of(
                    "trap 'touch asked; until [ -e leave ]; do sleep 0.02; done; exit 0' TERM;"
                        + " touch ready; while true; do sleep 0.05; done"))
            .toBuilder()
            .setHealthCheck(check)
            .build());
    awaitUpdate(status -> status.hasHealthy() && !status.getHealthy());
    cluster.awaitFile("ready");
    cluster.kill();
    cluster.awaitFile("asked");
    cluster.touch("leave");

    List<String> updates = cluster.awaitEnd();
    assertThat(updates.subList(updates.size() - 2, updates.size()))
        .containsExactly(
            "TASK_KILLING Instructed to kill task.", "TASK_KILLED Instructed to kill task.");
  }

  // Mesos' check.

  @Test
  void everyUpdateSaysWhatMesosCheckFound() throws Exception {
    CheckInfo.Builder check = check(CheckInfo.Type.COMMAND);
    check
        .getCommandBuilder()
        .getCommandBuilder()
        .setValue("until [ -e sandbox/go ]; do sleep 0.02; done; [ -e sandbox/next ] || exit 7");
    cluster.launch(task().setCheck(check).build());
    CheckStatusInfo none =
        CheckStatusInfo.newBuilder()
            .setType(CheckInfo.Type.COMMAND)
            .setCommand(CheckStatusInfo.Command.newBuilder())
            .build();
    assertThat(cluster.await(TaskState.TASK_STARTING).getCheckStatus()).isEqualTo(none);
    assertThat(cluster.await(TaskState.TASK_RUNNING).getCheckStatus()).isEqualTo(none);
    cluster.touch("go");
    TaskStatus found = cluster.next();
    assertThat(found.getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(found.getReason()).isEqualTo(Reason.REASON_TASK_CHECK_STATUS_UPDATED);
    assertThat(found.getCheckStatus().getCommand().getExitCode()).isEqualTo(7);
    assertThat(found.hasHealthy()).isFalse();
    cluster.touch("next");
    CheckStatusInfo good = cluster.next().getCheckStatus();
    assertThat(good.getCommand().hasExitCode()).isTrue();
    assertThat(good.getCommand().getExitCode()).isZero();

    assertThat(endByKill().getCheckStatus()).isEqualTo(good);
  }

  @Test
  void mesosHttpCheckTellsTheStatus() throws Exception {
    server.answer("/state", 418);
    CheckInfo.Builder check = check(CheckInfo.Type.HTTP);
    check.getHttpBuilder().setPort(server.port()).setPath("/state");
    cluster.launch(task().setCheck(check).build());
    awaitUpdate(status -> status.getCheckStatus().getHttp().getStatusCode() == 418);
    cluster.await("it runs", () -> cluster.updatesSoFar().size() >= 2);
    server.answer("/state", 200);
    TaskStatus good =
        awaitUpdate(status -> status.getCheckStatus().getHttp().getStatusCode() == 200);

    assertThat(good.getReason()).isEqualTo(Reason.REASON_TASK_CHECK_STATUS_UPDATED);
    endByKill();
  }

  @Test
  void bothOfMesosDefinitionsAreHonoured() throws Exception {
    ClosedPort port = new ClosedPort();
    CheckInfo.Builder check = check(CheckInfo.Type.TCP);
    check.getTcpBuilder().setPort(port.number());
    server.answer("/well", 200);
    HealthCheck.Builder health = mesos(HealthCheck.Type.HTTP).setConsecutiveFailures(1);
    health.getHttpBuilder().setPort(server.port()).setPath("/well");
    cluster.launch(task().setCheck(check).setHealthCheck(health).build());
    awaitUpdate(
        status ->
            status.getState() == TaskState.TASK_RUNNING
                && status.getHealthy()
                && status.getCheckStatus().getTcp().hasSucceeded());
    try (port;
        ServerSocket open = port.listen()) {
      assertThat(open.isBound()).isTrue();
      TaskStatus reachable = cluster.next();
      assertThat(reachable.getCheckStatus().getTcp().getSucceeded()).isTrue();
      assertThat(reachable.getHealthy()).isTrue();
      server.answer("/well", 500);
      TaskStatus killed = awaitUpdate(status -> status.getState() == TaskState.TASK_KILLED);

      assertThat(killed.getHealthy()).isFalse();
      assertThat(killed.getCheckStatus().getTcp().getSucceeded()).isTrue();
    }
    cluster.awaitEnd();
  }

  @Test
  void aCheckOfThermosAndOneOfMesosGoTogether() throws Exception {
    server.answer("/health", 200);
    server.answer("/well", 500);
    HealthCheck.Builder health =
        mesos(HealthCheck.Type.HTTP).setConsecutiveFailures(1).setGracePeriodSeconds(600);
    health.getHttpBuilder().setPort(server.port()).setPath("/well");
    cluster.launch(
        Cluster.task(httpChecked(0, 0).data()).toBuilder().setHealthCheck(health).build());
    assertThat(cluster.await(TaskState.TASK_RUNNING).getMessage()).isEqualTo("Task is healthy.");
    server.answer("/well", 200);
    assertThat(cluster.next().getReason())
        .isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
    server.answer("/health", UNAVAILABLE);

    assertThat(cluster.await(TaskState.TASK_FAILED).getMessage())
        .startsWith("Failed health check! ");
    cluster.awaitEnd();
  }

  private TaskStatus awaitUpdate(Predicate<TaskStatus> wanted) throws InterruptedException {
    TaskStatus status = cluster.next();
    while (!wanted.test(status)) {
      status = cluster.next();
    }
    return status;
  }

  /** The last update. */
  private TaskStatus endByKill() throws Exception {
    cluster.kill();
    TaskStatus killed = cluster.await(TaskState.TASK_KILLED);
    assertThat(cluster.awaitEnd())
        .endsWith("TASK_KILLING Instructed to kill task.", "TASK_KILLED Instructed to kill task.");
    return killed;
  }

  private Job httpChecked(int graceSeconds, int failures) {
    return Job.of(SLEEP)
        .port("health", server.port())
        .with("health_check_config", timing("{'http': {}}", graceSeconds, failures, 10));
  }

  private long count(String command) {
    return cluster.processes().stream()
        .filter(process -> Cluster.commandLine(process).startsWith(command))
        .count();
  }

  private static Job shellChecked(String command, double timeoutSeconds) {
    return shellChecked(SLEEP, command, timeoutSeconds);
  }

  private static Job shellChecked(String task, String command, double timeoutSeconds) {
    return Job.of(task)
        .with(
            "health_check_config",
            timing("{'shell': {'shell_command': '" + command + "'}}", 0, 0, timeoutSeconds));
  }

  private static String timing(
      String checker, int graceSeconds, int failures, double timeoutSeconds) {
    return "{'health_checker': "
        + checker
        + ", 'interval_secs': 0.05, 'initial_interval_secs': "
        + graceSeconds
        + ", 'max_consecutive_failures': "
        + failures
        + ", 'timeout_secs': "
        + timeoutSeconds
        + "}";
  }

  private static TaskInfo.Builder task() {
    return Cluster.task(BareTask.of(SLEEP)).toBuilder();
  }

  private static HealthCheck.Builder mesos(HealthCheck.Type type) {
    return HealthCheck.newBuilder()
        .setType(type)
        .setDelaySeconds(0)
        .setIntervalSeconds(0.05)
        .setTimeoutSeconds(60)
        .setGracePeriodSeconds(0);
  }

  private static CheckInfo.Builder check(CheckInfo.Type type) {
    return CheckInfo.newBuilder()
        .setType(type)
        .setDelaySeconds(0)
        .setIntervalSeconds(0.05)
        .setTimeoutSeconds(60);
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    try (InputStream in = process.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}

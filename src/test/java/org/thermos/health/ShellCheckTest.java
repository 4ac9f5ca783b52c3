package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.config.HealthCheck;
import org.thermos.process.Account;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandSpec;

/** Health 7.3, with commands that are run. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShellCheckTest {
  private final Watch watch = new Watch();

  @TempDir Path sandbox;

  @AfterEach
  void end() {
    watch.close();
  }

  private HealthStatus verdict(String command, Duration timeout) throws InterruptedException {
    HealthMonitor monitor =
        watch.start(new HealthCheck.Shell(command, Watch.timing(timeout)), sandbox);
    watch.next();
    HealthReport.StatusChanged report = (HealthReport.StatusChanged) watch.next();
    monitor.stop();
    return report.status();
  }

  private String failure(String command) throws InterruptedException {
    return verdict(command, Duration.ofSeconds(20)).message().replace("Failed health check! ", "");
  }

  @Test
  void exitZeroIsHealthy() throws Exception {
    assertThat(failure("test \"$EXECUTORS\" = yes && { [ -e here ] || pwd > here; }"))
        .isEqualTo("Task is healthy.");
    assertThat(Files.readString(sandbox.resolve("here")).strip())
        .isEqualTo(sandbox.toRealPath().toString());
  }

  @Test
  void anyOtherExitIsToldWithTheOutput() throws Exception {
    assertThat(failure("echo out; echo err >&2; exit 7"))
        .isEqualTo(
            "Command 'echo out; echo err >&2; exit 7' returned non-zero exit status 7"
                + " with output 'out\nerr\n'");
  }

  @Test
  void aSignalIsANegativeStatusAsEver() throws Exception {
    assertThat(failure("kill -9 $$")).contains("returned non-zero exit status -9 with output ''");
  }

  @Test
  void muchOutputMakesNoLongMessage() throws Exception {
    assertThat(failure("head -c 50000 /dev/zero | tr '\\0' x; exit 1"))
        .hasSizeLessThan(2200)
        .endsWith("xxx...'");
  }

  @Test
  void aCommandThatTakesTooLongIsAFailure() throws Exception {
    assertThat(verdict("sleep 100", Duration.ofMillis(200)).message())
        .isEqualTo("Failed health check! Health check timed out.");
  }

  @Test
  void whatCannotBeExecutedIsAnOsError() {
    HealthCheck.Shell check = new HealthCheck.Shell("x", Watch.timing(Duration.ofSeconds(1)));
    assertThat(
            ThermosVerdict.failure(
                check, new Observation.Ran(new CommandResult.NotRun("No such file or directory"))))
        .contains("OSError: No such file or directory");
  }

  @Test
  void whatNoCommandLineCanHoldIsAnInvalidCommand() throws Exception {
    assertThat(failure("echo \0")).isEqualTo("Invalid commmand.");
    assertThat(watch.commands.specs()).isEmpty();
  }

  @Test
  void aFaultOfOursIsSaidToBeOne() {
    HealthCheck.Shell check = new HealthCheck.Shell("x", Watch.timing(Duration.ofSeconds(1)));
    assertThat(ThermosVerdict.failure(check, new Observation.Broken("oh")))
        .contains("Internal health check error: oh");
  }

  @Test
  void aRunnerThatThrowsIsAFaultOfOurs() throws Exception {
    try (HealthService service =
        new HealthService(
            Map.of(),
            spec -> {
              throw new IllegalStateException("the broker is gone");
            },
            System::nanoTime,
            new SilentLog())) {
      assertThat(secondReport(service))
          .isEqualTo(
              new HealthReport.StatusChanged(
                  HealthStatus.failed(
                      "Internal health check error:"
                          + " java.lang.IllegalStateException: the broker is gone")));
    }
  }

  private HealthReport secondReport(HealthService service) throws InterruptedException {
    HealthMonitor monitor =
        service.monitor(
            "t",
            TaskChecks.of(new HealthCheck.Shell("true", Watch.timing(Duration.ofSeconds(1)))),
            Watch.place(sandbox),
            watch.reports::add);
    monitor.start();
    watch.next();
    HealthReport report = watch.next();
    monitor.stop();
    return report;
  }

  @Test
  void theCommandIsWrappedAndRunAsTheAccount() throws Exception {
    Account account = new Account("www", 33, 33, "/", List.of());
    CompletableFuture<CommandSpec> ran = new CompletableFuture<>();
    try (HealthService service =
        new HealthService(
            Map.of(),
            spec -> {
              ran.complete(spec);
              return new CompletableFuture<>();
            },
            System::nanoTime,
            new SilentLog())) {
      CheckPlace place =
          new CheckPlace(
              sandbox,
              Optional.of(Path.of("/mnt")),
              Map.of("A", "b"),
              Optional.of(account),
              command -> List.of("wrapper", String.join(" ", command)));
      HealthCheck.Shell check = new HealthCheck.Shell("true", Watch.timing(Duration.ofSeconds(3)));
      service.monitor("t", TaskChecks.of(check), place, watch.reports::add).start();
      assertThat(ran.get())
          .isEqualTo(
              new CommandSpec(
                  List.of("wrapper", "/bin/bash -c true"),
                  Map.of("A", "b"),
                  Optional.of(Path.of("/mnt")),
                  Optional.of(account),
                  Duration.ofSeconds(3)));
    }
  }
}

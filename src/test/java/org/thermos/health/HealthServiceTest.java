package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.config.HealthCheck;
import org.thermos.config.StatusCodes;
import org.thermos.health.HealthReport.CheckResultChanged;
import org.thermos.health.HealthReport.HealthinessChanged;
import org.thermos.health.HealthReport.StatusChanged;
import org.thermos.http.ClosedPort;

/** Monitors over time, with real threads and servers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HealthServiceTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Watch watch = new Watch();
  private final CountDownLatch never = new CountDownLatch(1);

  @TempDir Path sandbox;

  @AfterEach
  void end() {
    never.countDown();
    watch.close();
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  private static HealthCheck.Http patient(int port, Duration interval) {
    return new HealthCheck.Http(
        "http",
        port,
        "/health",
        "ok",
        StatusCodes.UNSPECIFIED,
        new HealthCheck.Timing(interval, Duration.ZERO, Duration.ofMinutes(5), 1000, 1));
  }

  private static HealthCheck.Http patient(int port) {
    return patient(port, Watch.SOON);
  }

  @Test
  void withoutACheckATaskIsAssumedHealthyAtOnceAndNoThreadIsNeeded() {
    HealthMonitor monitor = watch.start(HealthCheck.None.NONE, sandbox);
    assertThat(watch.reports)
        .containsExactly(
            new StatusChanged(
                new HealthStatus(
                    HealthStatus.State.RUNNING,
                    "No health-check defined, task is assumed healthy.")));
    assertThat(monitor.metrics()).isEmpty();
    awaitNone("health-timer"); // That of the test before may be about to end.
  }

  @Test
  void startingIsToldBeforeStartReturns() throws Exception {
    try (PlayedServer server = new PlayedServer((request, out) -> never.await())) {
      watch.start(patient(server.port()), sandbox);
      assertThat(watch.reports).containsExactly(new StatusChanged(HealthStatus.STARTING));
    }
  }

  @Test
  void theFirstCheckIsAtOnce() throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      watch.start(patient(server.port(), Duration.ofHours(1)), sandbox);
      assertThat(server.nextRequest()).isNotNull();
    }
  }

  @Test
  void theNextCheckIsAnIntervalAfterTheEndOfTheFirst() throws Exception {
    Duration interval = Duration.ofMillis(300);
    Duration slow = Duration.ofMillis(200);
    List<Long> begun = new ArrayList<>();
    PlayedServer.Answer answer =
        (request, out) -> {
          begun.add(System.nanoTime());
          if (!never.await(slow.toMillis(), TimeUnit.MILLISECONDS)) {
            out.write(PlayedServer.answer(200, "ok").getBytes(StandardCharsets.UTF_8));
          }
        };
    try (PlayedServer server = new PlayedServer(answer)) {
      HealthMonitor monitor = watch.start(patient(server.port(), interval), sandbox);
      server.nextRequest();
      server.nextRequest();
      server.nextRequest();
      monitor.stop();
      assertThat(Duration.ofNanos(begun.get(1) - begun.get(0)))
          .isGreaterThanOrEqualTo(interval.plus(slow));
    }
  }

  @Test
  void changesAreToldAndMetricsCount() throws Exception {
    AtomicInteger code = new AtomicInteger(200);
    PlayedServer.Answer answer =
        (request, out) ->
            out.write(PlayedServer.answer(code.get(), "ok").getBytes(StandardCharsets.UTF_8));
    try (PlayedServer server = new PlayedServer(answer)) {
      HealthMonitor monitor = watch.start(Watch.http(server.port()), sandbox);
      assertThat(watch.next()).isEqualTo(new StatusChanged(HealthStatus.STARTING));
      assertThat(watch.next()).isEqualTo(new StatusChanged(HealthStatus.HEALTHY));
      server.nextRequest();
      server.nextRequest();
      code.set(500);
      assertThat(((StatusChanged) watch.next()).status().message())
          .startsWith("Failed health check! Response differs");
      HealthMetrics metrics = monitor.metrics().orElseThrow();
      assertThat(metrics.checks()).isGreaterThanOrEqualTo(2);
      assertThat(metrics.consecutiveFailures()).isEqualTo(1);
      assertThat(metrics.snoozed()).isFalse();
      assertThat(metrics.totalLatency()).isBetween(Duration.ofNanos(1), LONG);
      assertThat(watch.logged.poll()).startsWith("Health check of task task-1 failed: Response");
    }
  }

  /** The executor closes it while its tasks are still being looked after. */
  @Test
  void thatTheServiceHasEndedIsNoFaultOfACheck() {
    watch.service.close();
    watch.start(patient(1), sandbox);

    assertThat(watch.reports).containsExactly(new StatusChanged(HealthStatus.STARTING));
    assertThat(watch.logged).isEmpty();
  }

  @Test
  void aTaskThatHasFailedIsNotAskedAgain() throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(500, ""))) {
      watch.start(Watch.http(server.port()), sandbox);
      watch.next();
      watch.next();
      server.nextRequest();
      // Another task's checks show that time goes on.
      try (PlayedServer other = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
        watch.start(patient(other.port()), sandbox);
        for (int i = 0; i < 5; i++) {
          other.nextRequest();
        }
      }
      assertThat(server.requestsWaiting()).isZero();
    }
  }

  @Test
  void stopEndsWhatIsUnderWayAndNothingIsToldAfterIt() throws Exception {
    try (PlayedServer server = new PlayedServer((request, out) -> out.write(waitForEnd()))) {
      HealthMonitor monitor = watch.start(patient(server.port()), sandbox);
      server.nextRequest();
      watch.next();
      monitor.stop();
      monitor.stop();
      monitor.start();
      awaitNone("health-probe"); // The server would have them wait for ever.
      never.countDown();
      assertThat(server.awaitEnd()).isTrue();
      assertThat(watch.start(HealthCheck.None.NONE, sandbox)).isNotNull();
      assertThat(watch.reports).hasSize(1);
    }
  }

  private static void awaitNone(String thread) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (threads(thread) > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(threads(thread)).isZero();
  }

  private byte[] waitForEnd() throws InterruptedException {
    never.await();
    return PlayedServer.answer(500, "").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theEndOfTheServiceEndsWhatIsUnderWay() throws Exception {
    try (PlayedServer server = new PlayedServer((request, out) -> out.write(waitForEnd()))) {
      watch.start(Watch.http(server.port()), sandbox);
      watch.service.poster().post(server.port(), "/quitquitquit", taken -> {});
      server.nextRequest();
      server.nextRequest();
      watch.close();
      awaitNone("health-probe");
      awaitNone("health-timer");
    }
  }

  @Test
  void stopEndsACommand() throws Exception {
    HealthMonitor monitor =
        watch.start(
            new HealthCheck.Shell("echo $$ > pid; exec sleep 1000", Watch.timing(LONG)), sandbox);
    Path file = sandbox.resolve("pid");
    while (!Files.exists(file) || Files.size(file) == 0) {
      Thread.onSpinWait();
    }
    long pid = Long.parseLong(Files.readString(file).strip());
    Optional<ProcessHandle> sleeper = ProcessHandle.of(pid);
    monitor.stop();
    if (sleeper.isPresent()) {
      sleeper.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aMonitorMayBeStoppedByWhoeverTakesItsReports() throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      HealthMonitor[] monitor = new HealthMonitor[1];
      CountDownLatch healthy = new CountDownLatch(1);
      monitor[0] =
          watch.service.monitor(
              "t",
              TaskChecks.of(Watch.http(server.port())),
              Watch.place(sandbox),
              report -> {
                if (report.equals(new StatusChanged(HealthStatus.HEALTHY))) {
                  monitor[0].stop();
                  healthy.countDown();
                }
              });
      monitor[0].start();
      assertThat(healthy.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aFaultInWhoeverTakesReportsDoesNotEndTheChecks() throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      HealthMonitor monitor =
          watch.service.monitor(
              "t",
              TaskChecks.of(Watch.http(server.port())),
              Watch.place(sandbox),
              report -> {
                if (report.equals(new StatusChanged(HealthStatus.HEALTHY))) {
                  throw new IllegalStateException("not my day");
                }
              });
      monitor.start();
      for (int i = 0; i < 3; i++) {
        assertThat(server.nextRequest()).isNotNull();
      }
      assertThat(watch.logged.poll()).contains("ERROR").contains("not my day");
    }
  }

  @Test
  void aSnoozedTaskIsLeftAloneAndStaysAsItIs() throws Exception {
    Path snooze = Files.createFile(sandbox.resolve(".healthchecksnooze"));
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      HealthMonitor monitor = watch.start(Watch.http(server.port()), sandbox);
      while (!monitor.metrics().orElseThrow().snoozed()) {
        Thread.onSpinWait();
      }
      // Many of its rounds pass while another task is checked.
      try (PlayedServer other = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
        HealthMonitor awake =
            watch.service.monitor(
                "u",
                TaskChecks.of(Watch.http(other.port())),
                Watch.place(sandbox.resolve("elsewhere")),
                report -> {});
        awake.start();
        for (int i = 0; i < 5; i++) {
          other.nextRequest();
        }
        awake.stop();
      }
      assertThat(server.requestsWaiting()).isZero();
      assertThat(watch.reports).containsExactly(new StatusChanged(HealthStatus.STARTING));
      assertThat(monitor.metrics().orElseThrow().checks()).isZero();
      Files.delete(snooze);
      watch.next();
      assertThat(watch.next()).isEqualTo(new StatusChanged(HealthStatus.HEALTHY));
      assertThat(monitor.metrics().orElseThrow().snoozed()).isFalse();
    }
  }

  @Test
  void twoHundredTasksNeedNoTwoHundredThreads() throws Exception {
    awaitNone("health-probe"); // Those of the test before may be about to end.
    awaitNone("health-timer");
    try (PlayedServer hanging = new PlayedServer((request, out) -> never.await());
        PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      List<HealthMonitor> monitors = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        monitors.add(watch.start(patient(server.port()), sandbox));
      }
      int healthy = 0;
      while (healthy < 200) {
        healthy += watch.next().equals(new StatusChanged(HealthStatus.HEALTHY)) ? 1 : 0;
        assertThat(threads("health-probe")).isLessThanOrEqualTo(32);
      }
      assertThat(threads("health-timer")).isEqualTo(1);
      monitors.forEach(HealthMonitor::stop);
      awaitNone("health-probe");
      for (int i = 0; i < 100; i++) {
        monitors.add(watch.start(patient(hanging.port()), sandbox));
      }
      for (int i = 0; i < 32; i++) {
        hanging.nextRequest();
      }
      assertThat(threads("health-probe")).isEqualTo(32);
      monitors.forEach(HealthMonitor::stop);
    }
  }

  @Test
  void checksWithoutALimitKeepNoOthersWaiting() throws Exception {
    try (PlayedServer hanging = new PlayedServer((request, out) -> never.await());
        PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"))) {
      MesosProbe probe = new MesosProbe.Http("http", hanging.port(), "/");
      MesosHealthCheck unlimited =
          new MesosHealthCheck(probe, Duration.ZERO, Watch.SOON, Duration.ZERO, 1, Duration.ZERO);
      List<HealthMonitor> monitors = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        monitors.add(watch.start(mesos(unlimited), sandbox));
        hanging.nextRequest();
      }
      watch.reports.clear();
      monitors.add(watch.start(patient(server.port()), sandbox));
      watch.next();
      assertThat(watch.next()).isEqualTo(new StatusChanged(HealthStatus.HEALTHY));
      monitors.forEach(HealthMonitor::stop);
    }
    awaitNone("health-probe");
  }

  private static TaskChecks mesos(MesosHealthCheck health) {
    return new TaskChecks(HealthCheck.None.NONE, Optional.of(health), Optional.empty());
  }

  private static MesosHealthCheck health(MesosProbe probe, int failures, Duration grace) {
    return new MesosHealthCheck(probe, Duration.ZERO, Watch.SOON, LONG, failures, grace);
  }

  @Test
  void mesosHealthCheckTellsHealthyThenEachFailureAndKills() throws Exception {
    AtomicInteger code = new AtomicInteger(399);
    PlayedServer.Answer answer =
        (request, out) ->
            out.write(PlayedServer.answer(code.get(), "").getBytes(StandardCharsets.UTF_8));
    try (PlayedServer server = new PlayedServer(answer)) {
      MesosProbe probe = new MesosProbe.Http("http", server.port(), "");
      watch.start(mesos(health(probe, 2, LONG)), sandbox);
      assertThat(watch.next()).isEqualTo(new StatusChanged(HealthStatus.ASSUMED_HEALTHY));
      assertThat(watch.next()).isEqualTo(new HealthinessChanged(true, false, ""));
      assertThat(server.nextRequest()).startsWith("GET / HTTP");
      code.set(500);
      String message = "HTTP health check failed: Unexpected HTTP response code: 500";
      assertThat(watch.next()).isEqualTo(new HealthinessChanged(false, false, message));
      assertThat(watch.next()).isEqualTo(new HealthinessChanged(false, true, message));
    }
  }

  @Test
  void mesosCommandsHaveTheirOwnEnvironmentToo() throws Exception {
    MesosProbe probe =
        new MesosProbe.Command(
            List.of("/bin/sh", "-c", "test $EXECUTORS$MINE = yesno"), Map.of("MINE", "no"));
    watch.start(mesos(health(probe, 1, Duration.ZERO)), sandbox);
    watch.next();
    assertThat(watch.next()).isEqualTo(new HealthinessChanged(true, false, ""));
  }

  @Test
  void mesosCommandsThatFailSayHow() throws Exception {
    MesosProbe probe = new MesosProbe.Command(List.of("/bin/sh", "-c", "exit 3"), Map.of());
    watch.start(mesos(health(probe, 1, Duration.ZERO)), sandbox);
    watch.next();
    assertThat(watch.next())
        .isEqualTo(
            new HealthinessChanged(
                false, true, "COMMAND health check failed: Command exited with status 3"));
  }

  @Test
  void bothDefinitionsRun() throws Exception {
    try (PlayedServer server = PlayedServer.saying(PlayedServer.answer(200, "ok"));
        PlayedServer port = PlayedServer.saying("")) {
      MesosProbe probe = new MesosProbe.Tcp(port.port());
      watch.start(
          new TaskChecks(
              Watch.http(server.port()),
              Optional.of(health(probe, 1, LONG)),
              Optional.of(new MesosCheck(probe, Duration.ZERO, Watch.SOON, LONG))),
          sandbox);
      List<HealthReport> reports = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        reports.add(watch.next());
      }
      assertThat(reports)
          .containsExactlyInAnyOrder(
              new StatusChanged(HealthStatus.STARTING),
              new StatusChanged(HealthStatus.HEALTHY),
              new HealthinessChanged(true, false, ""),
              new CheckResultChanged(new MesosCheckResult.Tcp(Optional.of(true))));
    }
  }

  private HealthReport checkResult() throws InterruptedException {
    HealthReport report = watch.next();
    return report instanceof StatusChanged ? watch.next() : report;
  }

  private HealthMonitor check(MesosProbe probe, Duration timeout) {
    MesosCheck check = new MesosCheck(probe, Duration.ZERO, Watch.SOON, timeout);
    return watch.start(
        new TaskChecks(HealthCheck.None.NONE, Optional.empty(), Optional.of(check)), sandbox);
  }

  @Test
  void mesosCheckTellsWhatChanges() throws Exception {
    Path file = Files.writeString(sandbox.resolve("code"), "3");
    check(new MesosProbe.Command(List.of("/bin/sh", "-c", "exit $(cat code)"), Map.of()), LONG);
    assertThat(checkResult())
        .isEqualTo(new CheckResultChanged(new MesosCheckResult.Command(Optional.of(3))));
    Files.writeString(file, "0");
    assertThat(checkResult())
        .isEqualTo(new CheckResultChanged(new MesosCheckResult.Command(Optional.of(0))));
    assertThat(watch.reports).isEmpty();
  }

  @Test
  void aMesosCheckThatCannotBeMadeHasNoResult() throws Exception {
    AtomicInteger code = new AtomicInteger(404);
    PlayedServer.Answer answer =
        (request, out) -> {
          if (code.get() == 0) {
            never.await();
          }
          out.write(PlayedServer.answer(code.get(), "").getBytes(StandardCharsets.UTF_8));
        };
    try (PlayedServer server = new PlayedServer(answer)) {
      MesosProbe probe = new MesosProbe.Http("http", server.port(), "/x");
      check(probe, Duration.ofMillis(500));
      assertThat(checkResult())
          .isEqualTo(new CheckResultChanged(new MesosCheckResult.Http(Optional.of(404))));
      code.set(0);
      assertThat(checkResult())
          .isEqualTo(new CheckResultChanged(new MesosCheckResult.Http(Optional.empty())));
    }
  }

  @Test
  void aPortThatRefusesDidNotSucceed() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      check(new MesosProbe.Tcp(closed.number()), LONG);
      assertThat(checkResult())
          .isEqualTo(new CheckResultChanged(new MesosCheckResult.Tcp(Optional.of(false))));
    }
  }

  @Test
  void secretsOfCommandsAreNotPrinted() {
    MesosProbe probe = new MesosProbe.Command(List.of("s3cret"), Map.of("A", "s3cret"));
    assertThat(mesos(health(probe, 1, LONG)).toString()).doesNotContain("s3cret");
    assertThat(Watch.place(sandbox).toString()).doesNotContain("EXECUTORS");
  }
}

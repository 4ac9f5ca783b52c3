package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.mesos.Protos.DurationInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.http.ClosedPort;

/** Tasks that are told over HTTP when they have to end (executor 6.10), by the whole executor. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class LifecycleEndToEndTest {
  private static final String GRACEFUL = "POST /quitquitquit";
  private static final String SHUTDOWN = "POST /abortabortabort";

  /** Leaves when it is told to by a file, and says so if it was a signal. */
  private static final String OBEDIENT =
      "trap 'touch signalled; exit 0' TERM; touch ready;"
          + " until [ -e leave ]; do sleep 0.02; done; touch left";

  /** As stubborn as can be. */
  private static final String STUBBORN =
      "trap '' TERM; touch ready; while true; do sleep 0.05; done";

  /** Where the task answers, be it that the machine has other things to do: not just a second. */
  private static final String PATIENT = "export AURORA_HTTP_SIGNALER_TIMEOUT_SECS=60";

  /** Far below the minute that a task gets after each request, far above what it takes. */
  private static final Duration LATE = Duration.ofSeconds(40);

  @TempDir Path directory;
  private Cluster cluster;
  private TaskServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TaskServer();
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    server.close();
  }

  @Test
  void aTaskThatLeavesWhenAskedToSeesNoSignal() throws Exception {
    server.answer("/quitquitquit", 200);
    server.onRequest(request -> cluster.touch("leave"));
    launch(job(OBEDIENT, server.port(), 60));
    cluster.kill();
    cluster.await(TaskState.TASK_KILLED);

    assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Instructed to kill task.");
    assertThat(server.requests()).containsExactly(GRACEFUL);
    assertThat(cluster.file("left")).exists();
    assertThat(cluster.file("signalled")).doesNotExist();
  }

  @Test
  void aTaskThatHearsTheSecondWordSeesNoSignalEither() throws Exception {
    server.answer("/quitquitquit", 200);
    server.answer("/abortabortabort", 202);
    server.onRequest(
        request -> {
          if (request.equals(SHUTDOWN)) {
            cluster.touch("leave");
          }
        });
    launch(job(OBEDIENT, server.port(), 1, 60));
    cluster.kill();
    cluster.await(TaskState.TASK_KILLED);
    cluster.awaitEnd();

    assertThat(server.requests()).containsExactly(GRACEFUL, SHUTDOWN);
    assertThat(cluster.file("signalled")).doesNotExist();
  }

  @Test
  void aTaskThatKnowsNothingOfItIsSignalledAtOnce() throws Exception {
    launch(job(OBEDIENT, server.port(), 60)); // Answers 404.
    Duration took = kill(TaskState.TASK_KILLED);

    assertThat(server.requests()).containsExactly(GRACEFUL, SHUTDOWN);
    assertThat(cluster.file("signalled")).exists();
    assertThat(took).isLessThan(LATE);
  }

  @Test
  void aTaskThatServesNothingIsSignalledAtOnce() throws Exception {
    try (ClosedPort port = new ClosedPort()) {
      launch(job(OBEDIENT, port.number(), 60));
      Duration took = kill(TaskState.TASK_KILLED);

      assertThat(cluster.file("signalled")).exists();
      assertThat(took).isLessThan(LATE);
    }
  }

  @Test
  void aTaskThatDoesNotAnswerIsWaitedForASecond() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      cluster = new Cluster(directory, Duration.ofSeconds(60));
      cluster.launch(job(OBEDIENT, silent.getLocalPort(), 60).data());
      awaitReady();
      Duration took = kill(TaskState.TASK_KILLED);

      assertThat(cluster.file("signalled")).exists();
      assertThat(took).isBetween(Duration.ofSeconds(2), LATE); // Two requests.
    }
  }

  @Test
  void anIllTaskIsToldOverHttpAsWell() throws Exception {
    server.answer("/quitquitquit", 200);
    server.onRequest(request -> cluster.touch("leave"));
    launch(
        job(OBEDIENT, server.port(), 60)
            .with(
                "health_check_config",
                "{'health_checker': {'shell': {'shell_command': 'test ! -e sandbox/ill'}},"
                    + " 'interval_secs': 0.05, 'initial_interval_secs': 0, 'timeout_secs': 60}"));
    cluster.touch("ill");

    // That it left in good order does not make it a success.
    assertThat(cluster.await(TaskState.TASK_FAILED).getMessage())
        .startsWith("Failed health check! ");
    cluster.awaitEnd();
    assertThat(server.requests()).containsExactly(GRACEFUL);
    assertThat(cluster.file("signalled")).doesNotExist();
  }

  // Nobody waits for longer than there is time.

  @Test
  void theStopTimeoutIsKept() throws Exception {
    server.answer("/quitquitquit", 200);
    launch(job(STUBBORN, server.port(), 60), "--stop_timeout_in_secs=4");
    Duration took = kill(TaskState.TASK_KILLED);

    assertThat(took).isBetween(Duration.ofSeconds(1), LATE);
  }

  @Test
  void halfOfTheTimeIsLeftToTheSignal() throws Exception {
    server.answer("/quitquitquit", 200);
    launch(job(OBEDIENT, server.port(), 60), "--stop_timeout_in_secs=4");
    Duration took = kill(TaskState.TASK_KILLED);

    assertThat(cluster.file("signalled")).exists();
    assertThat(took).isLessThan(LATE);
  }

  @Test
  void theGraceOfAKillPolicyIsKept() throws Exception {
    server.answer("/quitquitquit", 200);
    DurationInfo grace =
        DurationInfo.newBuilder().setNanoseconds(Duration.ofSeconds(2).toNanos()).build();
    TaskInfo task =
        Cluster.task(job(STUBBORN, server.port(), 60).data()).toBuilder()
            .setKillPolicy(KillPolicy.newBuilder().setGracePeriod(grace))
            .build();
    cluster = new Cluster(directory, Duration.ofSeconds(60));
    cluster.launch(task);
    awaitReady();
    Duration took = kill(TaskState.TASK_KILLED);

    assertThat(took).isBetween(Duration.ofSeconds(1), LATE);
  }

  @Test
  void theAgentsShutdownGraceIsKept() throws Exception {
    server.answer("/quitquitquit", 200);
    cluster = new Cluster(directory, Duration.ofSeconds(8));
    cluster.launch(job(STUBBORN, server.port(), 60).data());
    awaitReady();
    cluster.shutdown();
    TaskStatus killed = cluster.await(TaskState.TASK_KILLED);

    // The executor's own word, and not the agent's that it had to kill it.
    assertThat(killed.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
    assertThat(killed.getMessage()).isEqualTo("Told to shut down executor.");
    cluster.awaitEnd();
  }

  private void launch(Job job, String... flags) throws Exception {
    cluster = new Cluster(directory, Duration.ofSeconds(60));
    cluster.fetch(PATIENT);
    cluster.launch(job.data(), flags);
    awaitReady();
  }

  private void awaitReady() throws Exception {
    cluster.await(TaskState.TASK_RUNNING);
    cluster.awaitFile("ready");
  }

  /** Kills the task; how long it took until its end was told. */
  private Duration kill(TaskState state) throws Exception {
    long begin = System.nanoTime();
    cluster.kill();
    cluster.await(state);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    cluster.awaitEnd();
    return took;
  }

  private static Job job(String commandLine, int port, int seconds) {
    return job(commandLine, port, seconds, seconds);
  }

  /** One that is told at {@code port}, and has so many seconds after each of both words. */
  private static Job job(String commandLine, int port, int graceful, int shutdown) {
    return Job.of(commandLine)
        .port("quit", port)
        .with(
            "lifecycle",
            "{'http': {'port': 'quit', 'graceful_shutdown_wait_secs': "
                + graceful
                + ", 'shutdown_wait_secs': "
                + shutdown
                + "}}");
  }
}

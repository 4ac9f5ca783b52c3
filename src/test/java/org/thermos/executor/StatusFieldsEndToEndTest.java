package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.HealthCheck;
import org.apache.mesos.Protos.Label;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.agent.Wire;

/** What updates carry, as the executor itself puts it on the wire. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class StatusFieldsEndToEndTest {
  private static final int UUID_BYTES = 16;

  @TempDir Path directory;
  private Cluster cluster;
  private final List<TaskStatus> sent = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
    cluster
        .agent()
        .watch(
            new Wire() {
              @Override
              public void received(Call call, long nanoTime) {
                if (call.hasUpdate()) {
                  sent.add(call.getUpdate().getStatus());
                }
              }

              @Override
              public void sent(Event event, long nanoTime) {
                // Of no interest here.
              }
            });
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void everyUpdateSaysWhoWhenWhichAndWhere() throws Exception {
    double begin = seconds(Instant.now());
    cluster.launch(BareTask.of("exit 3"), "--relay=process");
    cluster.awaitEnd();
    double end = seconds(Instant.now());

    assertThat(sent).hasSizeGreaterThan(5);
    Set<Object> uuids = new HashSet<>();
    double last = begin;
    for (TaskStatus status : sent) {
      assertThat(status.getTaskId().getValue()).isEqualTo(Cluster.TASK);
      assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
      assertThat(status.getUuid().size()).isEqualTo(UUID_BYTES);
      assertThat(uuids.add(status.getUuid())).as("new uuid of %s", status).isTrue();
      assertThat(status.getTimestamp()).isBetween(last, end);
      last = status.getTimestamp();
      // What the agent has set as LIBPROCESS_IP.
      assertThat(
              status.getContainerStatus().getNetworkInfosList().stream()
                  .flatMap(network -> network.getIpAddressesList().stream())
                  .map(address -> address.getIpAddress()))
          .containsExactly("127.0.0.1");
    }
  }

  @Test
  void anAddressThatIsNoneIsLeftToTheAgent() throws Exception {
    cluster.fetch("export LIBPROCESS_IP=0.0.0.0");
    cluster.launch(BareTask.of("true"));
    cluster.awaitEnd();

    assertThat(sent).hasSize(3).noneMatch(TaskStatus::hasContainerStatus);
  }

  @Test
  void theLastFailureNamesRunAndExitCode() throws Exception {
    cluster.launch(
        """
        {"name": "some",
         "processes": [
           {"name": "good", "cmdline": "true"},
           {"name": "bad", "cmdline": "exit 42", "max_failures": 2, "min_duration": 1}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 10485760}}
        """);
    cluster.awaitEnd();

    assertThat(terminal()).hasSize(1);
    TaskStatus end = terminal().get(0);
    assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(end.getMessage())
        .isEqualTo("Task failed. Process bad failed with exit code 42 (run 1).");
    assertThat(end.getReason()).isEqualTo(Reason.REASON_COMMAND_EXECUTOR_FAILED);
    assertThat(labels(end))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "thermos.process", "bad",
                "thermos.run", "1",
                "thermos.state", "FAILED",
                "thermos.exit_code", "42"));
  }

  /** Such runs are no failures, and begun again, but not for ever. */
  @Test
  void aDeathBySignalNamesTheSignal() throws Exception {
    cluster.launch(
        """
        {"name": "some",
         "processes": [{"name": "p", "cmdline": "kill -SEGV $$", "min_duration": 0}],
         "resources": {"cpu": 1.0, "ram": 1048576, "disk": 10485760}}
        """,
        "--relay=process");
    cluster.awaitEnd();

    assertThat(terminal()).hasSize(1);
    TaskStatus end = terminal().get(0);
    assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(end.getMessage())
        .isEqualTo("Task failed. Process p was killed by signal 11 (run 99).");
    assertThat(labels(end))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "thermos.process", "p",
                "thermos.run", "99",
                "thermos.state", "KILLED",
                "thermos.signal", "11"));
    assertThat(sent)
        .extracting(TaskStatus::getMessage)
        .contains("process p run 0 is KILLED (signal 11)");
  }

  @Test
  void whatWentWellHasNeitherReasonNorLabels() throws Exception {
    cluster.launch(BareTask.of("true"));
    cluster.awaitEnd();

    assertThat(sent)
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
    assertThat(sent)
        .noneMatch(TaskStatus::hasReason)
        .noneMatch(TaskStatus::hasLabels)
        .noneMatch(TaskStatus::hasData)
        .noneMatch(TaskStatus::hasHealthy);
  }

  @Test
  void relayedProcessesAreTold() throws Exception {
    cluster.launch(BareTask.of("exit 3"), "--relay=process");
    cluster.awaitEnd();

    List<TaskStatus> relayed = sent.stream().filter(TaskStatus::hasData).toList();
    assertThat(relayed)
        .extracting(status -> json(status).get("state"))
        .containsExactly("WAITING", "FORKED", "RUNNING", "FAILED");
    TaskStatus failed = relayed.get(3);
    assertThat(json(failed))
        .containsEntry("process", "p")
        .containsEntry("run", "0")
        .containsEntry("return_code", "3")
        .containsKeys("seq", "stop_time");
    assertThat(labels(failed))
        .containsEntry("thermos.process", "p")
        .containsEntry("thermos.state", "FAILED")
        .containsEntry("thermos.exit_code", "3");
    assertThat(failed.getState()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void aHealthCheckOfMesosIsToldAsHealthy() throws Exception {
    cluster.launch(
        Cluster.task(BareTask.of("while [ ! -e go ]; do sleep 0.05; done")).toBuilder()
            .setHealthCheck(
                HealthCheck.newBuilder()
                    .setType(HealthCheck.Type.COMMAND)
                    .setDelaySeconds(0)
                    .setIntervalSeconds(0.2)
                    .setGracePeriodSeconds(0)
                    .setConsecutiveFailures(3)
                    .setCommand(CommandInfo.newBuilder().setValue("test -e well || exit 1")))
            .build());
    TaskStatus end = cluster.await(TaskState.TASK_KILLED);

    assertThat(end.getHealthy()).isFalse();
    assertThat(end.hasHealthy()).isTrue();
    assertThat(end.hasReason()).isFalse(); // Nor do Mesos' own executors give one.
    assertThat(sent)
        .filteredOn(TaskStatus::hasReason)
        .isNotEmpty()
        .extracting(TaskStatus::getReason)
        .containsOnly(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
    cluster.awaitEnd();
    assertThat(terminal()).hasSize(1);
  }

  @Test
  void whyATaskCannotStartHasAReason() throws Exception {
    cluster.launch("{\"processes\": []}");
    cluster.awaitEnd();

    assertThat(terminal()).hasSize(1);
    assertThat(terminal().get(0).getReason()).isEqualTo(Reason.REASON_TASK_INVALID);
  }

  private List<TaskStatus> terminal() {
    return sent.stream()
        .filter(
            status ->
                switch (status.getState()) {
                  case TASK_FINISHED, TASK_FAILED, TASK_KILLED, TASK_LOST -> true;
                  default -> false;
                })
        .toList();
  }

  private static Map<String, String> labels(TaskStatus status) {
    return status.getLabels().getLabelsList().stream()
        .collect(Collectors.toMap(Label::getKey, Label::getValue));
  }

  /** The members of a flat object. */
  private static Map<String, String> json(TaskStatus status) {
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(status.getData().toByteArray())) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, parser.getText());
      }
      assertThat(parser.nextToken()).isNull();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return members;
  }

  private static double seconds(Instant instant) {
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }
}

package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.executor.SupervisionEvent.Telling;
import org.thermos.health.MesosCheckResult.Command;

class TaskUpdatesTest {
  private static final StatusResult RUNNING = new StatusResult(UpdateState.RUNNING, "well");
  private static final StatusResult FINISHED = new StatusResult(UpdateState.FINISHED, "done");

  private final List<TaskUpdate> sent = new ArrayList<>();
  private final TaskUpdates updates =
      new TaskUpdates("t", Relay.PROCESS, Optional.empty(), sent::add);

  @Test
  void nothingFollowsTheEnd() {
    updates.send(FINISHED);
    updates.send(StatusResult.failed("ill"));
    updates.send(RUNNING);
    updates.relay(new ProcessTransition(ProcessStatus.waiting(0, "p"), 0));

    assertThat(sent()).containsExactly("FINISHED done");
  }

  @Test
  void nothingGoesBackNorComesTwice() {
    updates.send(StatusResult.starting());
    updates.send(RUNNING);
    updates.send(RUNNING);
    updates.send(new StatusResult(UpdateState.KILLING, "why"));
    updates.send(RUNNING);

    assertThat(sent()).containsExactly("STARTING ", "RUNNING well", "KILLING why");
  }

  @Test
  void transitionsLeaveTheStateAsItIs() {
    updates.send(StatusResult.starting());
    updates.relay(new ProcessTransition(ProcessStatus.waiting(0, "p"), 0));
    updates.send(new StatusResult(UpdateState.KILLING, "why"));
    updates.relay(new ProcessTransition(ProcessStatus.lost(1, "p"), 0));

    assertThat(sent())
        .containsExactly(
            "STARTING ",
            "KILLING why",
            "KILLING process p run 0 is WAITING",
            "KILLING process p run 0 is LOST");
  }

  @Test
  void whatMesosChecksFindIsToldWithThePresentState() {
    updates.healthy(false, "", Telling.AT_ONCE);
    updates.send(StatusResult.starting());
    updates.healthy(true, "", Telling.AT_ONCE);
    updates.send(RUNNING);
    updates.healthy(false, "ill", Telling.AT_ONCE);
    updates.healthy(true, "", Telling.WITH_THE_NEXT_UPDATE);
    updates.send(new StatusResult(UpdateState.KILLING, "why"));
    updates.healthy(true, "", Telling.AT_ONCE);
    updates.send(FINISHED);
    updates.healthy(false, "", Telling.AT_ONCE);

    assertThat(sent())
        .containsExactly(
            "STARTING ", "RUNNING well", "RUNNING ill", "KILLING why", "FINISHED done");
    assertThat(sent.stream().map(TaskUpdate::healthy))
        .containsExactly(
            Optional.of(false),
            Optional.of(true),
            Optional.of(false),
            Optional.of(true),
            Optional.of(true));
    assertThat(sent.get(2).status().reason())
        .contains(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
  }

  @Test
  void whatMesosChecksFindIsNotToldOfATaskThatIsBeingKilled() {
    updates.send(StatusResult.starting());
    updates.send(RUNNING);
    updates.send(new StatusResult(UpdateState.KILLING, "why"));
    updates.healthy(false, "ill", Telling.AT_ONCE);
    updates.check(check(1));
    updates.send(StatusResult.killed("why"));

    assertThat(sent()).containsExactly("STARTING ", "RUNNING well", "KILLING why", "KILLED why");
    assertThat(sent.get(3).healthy()).contains(false);
    assertThat(sent.get(3).check()).contains(check(1));
  }

  @Test
  void everyUpdateOfATaskWithACheckSaysWhatItFound() {
    CheckStatusInfo nothing = CheckDefinitions.status(new Command(Optional.empty()));
    TaskUpdates checked = new TaskUpdates("t", Relay.TASK, Optional.of(nothing), sent::add);
    checked.send(StatusResult.starting());
    checked.send(RUNNING);
    checked.check(check(1));
    checked.check(check(1));
    checked.send(FINISHED);

    assertThat(sent()).containsExactly("STARTING ", "RUNNING well", "RUNNING ", "FINISHED done");
    assertThat(sent.stream().map(update -> update.check().orElseThrow()))
        .containsExactly(nothing, nothing, check(1), check(1));
    assertThat(sent.get(2).status().reason()).contains(Reason.REASON_TASK_CHECK_STATUS_UPDATED);
  }

  private static CheckStatusInfo check(int exitCode) {
    return CheckDefinitions.status(new Command(Optional.of(exitCode)));
  }

  private List<String> sent() {
    return sent.stream()
        .map(update -> update.status().state() + " " + update.status().message())
        .toList();
  }
}

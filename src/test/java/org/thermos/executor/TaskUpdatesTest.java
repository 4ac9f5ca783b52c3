package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.executor.ExecutorEffect.SendUpdate;

class TaskUpdatesTest {
  private static final StatusResult RUNNING = new StatusResult(UpdateState.RUNNING, "well");
  private static final StatusResult FINISHED = new StatusResult(UpdateState.FINISHED, "done");

  private final List<ExecutorEffect> effects = new ArrayList<>();
  private final TaskUpdates updates = new TaskUpdates("t", Relay.PROCESS, effects::add);

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

  private List<String> sent() {
    return effects.stream()
        .map(SendUpdate.class::cast)
        .map(update -> update.status().state() + " " + update.status().message())
        .toList();
  }
}

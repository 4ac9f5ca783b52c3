package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.checkpoint.CheckpointDispatcher.Mode;

class CheckpointDispatcherTest {
  private final TaskHistory history = new TaskHistory();
  private final CheckpointDispatcher dispatcher = new CheckpointDispatcher(history);

  // Process transitions, checkpoints 1.6: the source states of every new state, row by row.

  private static final Map<ProcessState, Set<ProcessState>> SOURCES =
      new EnumMap<>(
          Map.of(
              ProcessState.FORKED, EnumSet.of(ProcessState.WAITING),
              ProcessState.RUNNING, EnumSet.of(ProcessState.FORKED),
              ProcessState.SUCCESS, EnumSet.of(ProcessState.RUNNING),
              ProcessState.FAILED, EnumSet.of(ProcessState.WAITING, ProcessState.RUNNING),
              ProcessState.KILLED, EnumSet.of(ProcessState.FORKED, ProcessState.RUNNING),
              ProcessState.LOST, EnumSet.of(ProcessState.FORKED, ProcessState.RUNNING)));

  static Stream<Arguments> processTransitions() {
    return Stream.of(ProcessState.values())
        .flatMap(from -> Stream.of(ProcessState.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("processTransitions")
  void onlyTheListedProcessTransitionsAreAllowed(ProcessState from, ProcessState to)
      throws Exception {
    bring("p", from);
    ProcessStatus before = history.lastRun("p").orElseThrow();
    ProcessStatus next = Records.process(before.seq() + 1, "p", to);

    if (to == ProcessState.WAITING && from.isTerminal()) {
      assertThat(dispatcher.dispatch(next, Mode.STRICT)).isTrue();
      assertThat(history.runs("p")).containsExactly(before, next);
    } else if (SOURCES.getOrDefault(to, Set.of()).contains(from)) {
      assertThat(dispatcher.dispatch(next, Mode.STRICT)).isTrue();
      assertThat(history.runs("p")).hasSize(1);
      assertThat(history.lastRun("p").orElseThrow().state()).isEqualTo(to);
    } else {
      assertRefused(next, "Detected invalid state transition " + from + " => ");
      assertThat(history.runs("p")).containsExactly(before);
    }
  }

  @ParameterizedTest
  @EnumSource(value = ProcessState.class, mode = EnumSource.Mode.EXCLUDE, names = "WAITING")
  void anUnknownProcessMustBeginWithWaiting(ProcessState state) {
    assertRefused(
        Records.process(0, "p", state), "Encountered potentially out of order process update");
    assertThat(history.processes()).isEmpty();
  }

  @Test
  void aRunIsTheMergeOfItsRecords() throws Exception {
    bring("p", ProcessState.SUCCESS);

    assertThat(history.runs("p"))
        .containsExactly(
            new ProcessStatus(
                3,
                "p",
                ProcessState.SUCCESS,
                OptionalInt.of(100),
                Optional.of(Records.NOON.plusSeconds(1)),
                OptionalInt.of(101),
                Optional.of(Records.NOON.plusSeconds(2)),
                Optional.of(Records.NOON.plusSeconds(3)),
                OptionalInt.of(0)));
  }

  /** Unlike the original, which forgets both (gaps 1). */
  @Test
  void aFailedRunKeepsItsReturnCodeAndStopTime() throws Exception {
    bring("p", ProcessState.FAILED);

    ProcessStatus run = history.lastRun("p").orElseThrow();
    assertThat(run.returnCode()).hasValue(7);
    assertThat(run.stopTime()).contains(Records.NOON.plusSeconds(3));
  }

  @Test
  void aRunThatCouldNotBeForkedHasNeither() throws Exception {
    bring("p", ProcessState.WAITING);

    dispatcher.dispatch(ProcessStatus.notForked(1, "p"), Mode.STRICT);

    ProcessStatus run = history.lastRun("p").orElseThrow();
    assertThat(run.state()).isEqualTo(ProcessState.FAILED);
    assertThat(run.returnCode()).isEmpty();
  }

  @Test
  void aTransitionAddsOnlyItsOwnFields() throws Exception {
    bring("p", ProcessState.FORKED);
    ProcessStatus padded =
        new ProcessStatus(
            2,
            "p",
            ProcessState.RUNNING,
            OptionalInt.of(-5),
            Optional.of(Records.NOON),
            OptionalInt.of(101),
            Optional.of(Records.NOON.plusSeconds(2)),
            Optional.of(Records.NOON),
            OptionalInt.of(3));

    dispatcher.dispatch(padded, Mode.STRICT);

    ProcessStatus run = history.lastRun("p").orElseThrow();
    assertThat(run.coordinatorPid()).hasValue(100);
    assertThat(run.pid()).hasValue(101);
    assertThat(run.stopTime()).isEmpty();
    assertThat(run.returnCode()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "WAITING, FORKED,  fork_time",
    "FORKED,  RUNNING, start_time",
    "RUNNING, SUCCESS, stop_time",
    "RUNNING, KILLED,  stop_time",
  })
  void aTransitionWithoutItsFieldsIsRefused(ProcessState from, ProcessState to, String field)
      throws Exception {
    bring("p", from);
    ProcessStatus bare =
        new ProcessStatus(
            from.value() + 1,
            "p",
            to,
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());

    assertRefused(bare, "Missing field " + field + " from ");
    assertThat(history.lastRun("p").orElseThrow().state()).isEqualTo(from);
  }

  // Sequence numbers, checkpoints 1.7. Last known is 1.

  @ParameterizedTest
  @CsvSource({"-1", "0", "1", "3", "1000", "-9223372036854775808", "9223372036854775807"})
  void aNumberThatIsNotTheNextIsSkippedInRecoveryAndRefusedElse(long seq) throws Exception {
    bring("p", ProcessState.FORKED);
    ProcessStatus before = history.lastRun("p").orElseThrow();
    ProcessStatus record = Records.process(seq, "p", ProcessState.RUNNING);

    assertThat(dispatcher.dispatch(record, Mode.RECOVERY)).isFalse();
    assertRefused(record, "Out of order sequence number! ");
    assertThat(history.runs("p")).containsExactly(before);
  }

  @Test
  void numbersGoOnFromRunToRunAndEachProcessHasItsOwn() throws Exception {
    for (ProcessStatus status : Records.run(0, "p")) {
      dispatcher.dispatch(status, Mode.STRICT);
    }
    for (ProcessStatus status : Records.run(0, "q")) {
      dispatcher.dispatch(status, Mode.STRICT);
    }
    assertRefused(ProcessStatus.waiting(0, "p"), "Out of order");
    for (ProcessStatus status : Records.run(4, "p")) {
      dispatcher.dispatch(status, Mode.STRICT);
    }

    assertThat(history.runs("p")).extracting(ProcessStatus::seq).containsExactly(3L, 7L);
    assertThat(history.processes()).containsExactly("p", "q");
  }

  @Test
  void theFirstNumberOfAProcessIsNotChecked() throws Exception {
    assertThat(dispatcher.dispatch(ProcessStatus.waiting(17, "p"), Mode.STRICT)).isTrue();
  }

  @Test
  void wouldUpdateTellsNewerProcessRecords() throws Exception {
    bring("p", ProcessState.FORKED);

    assertThat(dispatcher.wouldUpdate(Records.process(1, "p", ProcessState.FORKED))).isFalse();
    assertThat(dispatcher.wouldUpdate(Records.process(2, "p", ProcessState.RUNNING))).isTrue();
    assertThat(dispatcher.wouldUpdate(Records.process(9, "p", ProcessState.RUNNING))).isTrue();
    assertThat(dispatcher.wouldUpdate(Records.process(0, "q", ProcessState.WAITING))).isTrue();
    assertThat(dispatcher.wouldUpdate(Records.task(TaskState.ACTIVE))).isFalse();
    assertThat(dispatcher.wouldUpdate(Records.header("t"))).isFalse();
  }

  // Task transitions, checkpoints 1.8. Unlike the original, which takes anything (gaps 4).

  @ParameterizedTest
  @CsvSource({
    "ACTIVE,     ACTIVE CLEANING SUCCESS FAILED KILLED LOST",
    "CLEANING,   ACTIVE CLEANING FINALIZING SUCCESS FAILED KILLED LOST",
    "FINALIZING, ACTIVE FINALIZING SUCCESS FAILED KILLED LOST",
    "SUCCESS,    SUCCESS",
    "FAILED,     FAILED",
    "KILLED,     KILLED",
    "LOST,       LOST",
  })
  void onlyTheListedTaskTransitionsAreAllowed(TaskState from, String allowed) throws Exception {
    List<String> found = new ArrayList<>();
    for (TaskState to :
        List.of(
            TaskState.ACTIVE,
            TaskState.CLEANING,
            TaskState.FINALIZING,
            TaskState.SUCCESS,
            TaskState.FAILED,
            TaskState.KILLED,
            TaskState.LOST)) {
      CheckpointDispatcher fresh = new CheckpointDispatcher(new TaskHistory());
      for (TaskState state : wayTo(from)) {
        fresh.dispatch(Records.task(state), Mode.STRICT);
      }
      try {
        fresh.dispatch(Records.task(to), Mode.STRICT);
        found.add(to.name());
        assertThat(fresh.history().state()).isEqualTo(to);
      } catch (CheckpointException e) {
        assertThat(e)
            .hasMessage("Detected invalid state transition of the task " + from + " => " + to);
        assertThat(fresh.history().state()).isEqualTo(from);
      }
    }

    assertThat(String.join(" ", found)).isEqualTo(allowed);
  }

  @Test
  void noStatusCountsAsActive() throws Exception {
    assertThat(history.state()).isEqualTo(TaskState.ACTIVE);
    assertThat(history.lastStatus()).isEmpty();

    dispatcher.dispatch(Records.task(TaskState.CLEANING), Mode.STRICT);

    assertThat(history.state()).isEqualTo(TaskState.CLEANING);
  }

  @Test
  void processRecordsMayFollowTheLastWordAboutTheTask() throws Exception {
    bring("p", ProcessState.RUNNING);
    dispatcher.dispatch(Records.task(TaskState.LOST), Mode.STRICT);

    dispatcher.dispatch(ProcessStatus.lost(3, "p"), Mode.STRICT);

    assertThat(history.lastRun("p").orElseThrow().state()).isEqualTo(ProcessState.LOST);
  }

  // Headers, checkpoints 1.5.

  @Test
  void theHeaderComesOnce() throws Exception {
    dispatcher.dispatch(Records.header("t"), Mode.STRICT);

    assertRefused(Records.header("t"), "Attempting to rebind task with different parameters!");
    assertRefused(Records.header("u"), "Attempting to rebind task with different parameters!");
    assertThat(history.header()).contains(Records.header("t"));
  }

  /** Unlike the original, which never recovers such a task. */
  @Test
  void anEqualHeaderIsSkippedInRecovery() throws Exception {
    dispatcher.dispatch(Records.header("t"), Mode.RECOVERY);

    assertThat(dispatcher.dispatch(Records.header("t"), Mode.RECOVERY)).isFalse();
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> dispatcher.dispatch(Records.header("u"), Mode.RECOVERY));
  }

  private static List<TaskState> wayTo(TaskState state) {
    return switch (state) {
      case FINALIZING -> List.of(TaskState.CLEANING, state);
      default -> List.of(state);
    };
  }

  /** Leads a first run to a state; its last number is the number of transitions less one. */
  private void bring(String process, ProcessState state) throws CheckpointException {
    dispatcher.dispatch(Records.process(0, process, ProcessState.WAITING), Mode.STRICT);
    if (state != ProcessState.WAITING) {
      dispatcher.dispatch(Records.process(1, process, ProcessState.FORKED), Mode.STRICT);
      if (state != ProcessState.FORKED) {
        dispatcher.dispatch(Records.process(2, process, ProcessState.RUNNING), Mode.STRICT);
        if (state != ProcessState.RUNNING) {
          dispatcher.dispatch(Records.process(3, process, state), Mode.STRICT);
        }
      }
    }
  }

  private void assertRefused(CheckpointRecord record, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> dispatcher.dispatch(record, Mode.STRICT))
        .withMessageStartingWith(message);
  }
}

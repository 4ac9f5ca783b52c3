package org.thermos.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.TaskState;
import org.thermos.checkpoint.TaskStatus;

/** That chaos does not agree with everything. */
final class AuditTest {
  private static final int COORDINATOR = 10;
  private static final int PID = 11;

  private final List<CheckpointRecord> records = new ArrayList<>();
  private final List<Ledger.Line> ledger = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  @Test
  void twoRunsThatAreInBoth() {
    record(TaskState.ACTIVE);
    run("a", 0, COORDINATOR, PID, ProcessState.FAILED, 3);
    start("a", PID, COORDINATOR);
    end("a", PID, 3);
    now = now.plusSeconds(1);
    run("a", 4, COORDINATOR + 5, PID + 5, ProcessState.SUCCESS, 0);
    start("a", PID + 5, COORDINATOR + 5);
    end("a", PID + 5, 0);
    run("b", 0, COORDINATOR, PID, ProcessState.SUCCESS, 0);
    start("b", PID, COORDINATOR);
    end("b", PID, 0);
    over();

    assertThat(complaints()).isEmpty();
  }

  @Test
  void anotherExitCode() {
    run("a", 0, COORDINATOR, PID, ProcessState.SUCCESS, 0);
    start("a", PID, COORDINATOR);
    end("a", PID, 3);

    assertThat(complaints()).singleElement().asString().startsWith("the checkpoint says");
  }

  @Test
  void aRunThatNobodyRecorded() {
    run("a", 0, COORDINATOR, PID, ProcessState.SUCCESS, 0);
    start("a", PID, COORDINATOR);
    end("a", PID, 0);
    start("a", PID + 1, COORDINATOR + 1);

    assertThat(complaints()).singleElement().asString().startsWith("started, but not in");
  }

  @Test
  void aRunThatNeverWas() {
    run("a", 0, COORDINATOR, PID, ProcessState.SUCCESS, 0);

    assertThat(complaints()).singleElement().asString().endsWith("the ledger Optional.empty");
  }

  @Test
  void aLossWithoutAReason() {
    begin("a", 0, COORDINATOR, PID);
    start("a", PID, COORDINATOR);
    records.add(ProcessStatus.lost(3, "a"));

    assertThat(complaints()).singleElement().asString().startsWith("nobody killed");
  }

  @Test
  void aRunBesideTheRemainsOfAnother() {
    ledger.add(new Ledger.Line("overlap", "a", PID, List.of()));

    assertThat(complaints()).singleElement().asString().startsWith("the ledger says");
  }

  @Test
  void aStartBeforeItsPredecessorEnded() {
    begin("b", 0, COORDINATOR, PID);
    start("b", PID, COORDINATOR);

    assertThat(complaints()).containsExactly("b was begun before [a] had ended well");
  }

  @Test
  void aSecondStartTooEarly() {
    run("a", 0, COORDINATOR, PID, ProcessState.FAILED, 3);
    start("a", PID, COORDINATOR);
    end("a", PID, 3);
    begin("a", 4, COORDINATOR + 1, PID + 1);
    start("a", PID + 1, COORDINATOR + 1);

    assertThat(complaints()).singleElement().asString().startsWith("a was started again too early");
  }

  @Test
  void moreAtATimeThanAllowed() {
    begin("a", 0, COORDINATOR, PID);
    start("a", PID, COORDINATOR);
    begin("c", 0, COORDINATOR + 1, PID + 1);
    start("c", PID + 1, COORDINATOR + 1);

    assertThat(complaints()).containsExactly("c was begun beside [a], over max_concurrency");
  }

  @Test
  void anEndWithSomethingOpen() {
    begin("a", 0, COORDINATOR, PID);
    start("a", PID, COORDINATOR);
    over();

    assertThat(complaints()).anyMatch(it -> it.startsWith("the task ended as SUCCESS while"));
  }

  private List<String> complaints() {
    ChaosTask task =
        new ChaosTask(
            "task",
            List.of(process("a", List.of()), process("b", List.of("a")), process("c", List.of())),
            1,
            1,
            Optional.empty(),
            TaskState.SUCCESS);
    List<String> complaints = new ArrayList<>(new OrderAudit(task, records).complaints());
    Stream stream = new Stream(records, List.of());
    complaints.addAll(
        new RunAudit(ledger, stream.replay(complaints), Set.of(), line -> false).complaints());
    return complaints;
  }

  private static ChaosProcess process(String name, List<String> after) {
    return new ChaosProcess(name, ChaosProcess.Kind.REGULAR, after, 2, 1, false, ":");
  }

  private void record(TaskState state) {
    records.add(new TaskStatus(state, now, 1, 0));
  }

  private void over() {
    record(TaskState.CLEANING);
    record(TaskState.FINALIZING);
    record(TaskState.SUCCESS);
  }

  private void begin(String process, long seq, int coordinator, int pid) {
    records.add(ProcessStatus.waiting(seq, process));
    records.add(ProcessStatus.forked(seq + 1, process, coordinator, now));
    records.add(ProcessStatus.running(seq + 2, process, pid, now));
  }

  private void run(
      String process, long seq, int coordinator, int pid, ProcessState state, int code) {
    begin(process, seq, coordinator, pid);
    records.add(ProcessStatus.ended(seq + 3, process, state, now, code));
  }

  private void start(String process, int pid, int parent) {
    ledger.add(new Ledger.Line("start", process, pid, List.of("" + parent, "1")));
  }

  private void end(String process, int pid, int code) {
    ledger.add(new Ledger.Line("end", process, pid, List.of("" + code)));
  }
}

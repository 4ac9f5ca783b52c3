package org.thermos.checkpoint;

import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.thermos.checkpoint.CheckpointDispatcher.Mode;
import org.thermos.fuzz.Require;

/** Any sequence of records: it is refused or taken, and to see it again changes nothing. */
public final class DispatcherFuzz {
  private DispatcherFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    List<CheckpointRecord> records = FuzzedRecords.of(bytes);
    CheckpointDispatcher recovery = new CheckpointDispatcher(new TaskHistory());
    CheckpointDispatcher strict = new CheckpointDispatcher(new TaskHistory());
    List<CheckpointRecord> taken = new ArrayList<>();
    for (CheckpointRecord record : records) {
      Object before = concerned(recovery.history(), record);
      boolean newer = recovery.wouldUpdate(record);
      if (isTaken(recovery, record, Mode.RECOVERY)) {
        Require.that(
            !(record instanceof ProcessStatus status)
                || newer
                || status.seq() == Long.MIN_VALUE, // Numbers wrap round.
            "only newer records of a process change it");
        // What a recovery takes is what a runner could have written.
        Require.that(isTaken(strict, record, Mode.STRICT), "strict takes what recovery takes");
        taken.add(record);
      } else {
        Require.equal(
            concerned(recovery.history(), record), before, "a record not taken changes nothing");
      }
    }
    Require.equal(text(strict.history()), text(recovery.history()), "both come to the same");
    requireLives(recovery.history());
    requireIdempotent(recovery, taken);
    new HistoryText(ZoneOffset.UTC).write(recovery.history(), new StringBuilder());
  }

  private static boolean isTaken(
      CheckpointDispatcher dispatcher, CheckpointRecord record, Mode mode) {
    try {
      return dispatcher.dispatch(record, mode);
    } catch (CheckpointException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
      return false;
    }
  }

  /** Only the last run of a process may go on. */
  private static void requireLives(TaskHistory history) {
    for (String process : history.processes()) {
      List<ProcessStatus> runs = history.runs(process);
      for (ProcessStatus run : runs.subList(0, runs.size() - 1)) {
        Require.that(run.state().isTerminal(), "a run ends before the next one");
      }
    }
  }

  private static void requireIdempotent(
      CheckpointDispatcher dispatcher, List<CheckpointRecord> taken) {
    String once = processes(dispatcher.history());
    for (CheckpointRecord record : taken) {
      if (!(record instanceof TaskStatus)) {
        isTaken(dispatcher, record, Mode.RECOVERY);
      }
    }
    Require.equal(processes(dispatcher.history()), once, "replayed twice is replayed once");
  }

  /** The part of a history that a record could change. */
  private static Object concerned(TaskHistory history, CheckpointRecord record) {
    return record instanceof ProcessStatus status
        ? List.of(
            history.processes().size(),
            history.runs(status.process()).size(),
            history.lastRun(status.process()))
        : List.of(history.header(), history.statuses().size());
  }

  private static String text(TaskHistory history) {
    return history.statuses() + processes(history);
  }

  private static String processes(TaskHistory history) {
    StringBuilder text = new StringBuilder().append(history.header());
    history.processes().forEach(process -> text.append(history.runs(process)));
    return text.toString();
  }
}

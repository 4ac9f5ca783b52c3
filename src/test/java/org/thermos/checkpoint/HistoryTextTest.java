package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.CheckpointDispatcher.Mode;

class HistoryTextTest {
  @Test
  void showsATaskOfTheOriginalAsTheOriginalDoes() throws Exception {
    TaskHistory history = CheckpointLoader.load(GoldenStream.runner("ports", "root")).history();

    assertThat(text(history))
        .isEqualTo(
            """
            Recovered Task Header:
              id:      golden-ports
              user:    root
              host:    host.example.org
              sandbox: /var/lib/thermos/examples/ports/sandbox
              ports:   admin->31235 http->31234
            Recovered Task States:
              Sat Nov 21 16:20:08 2026 [pid: 5621] => ACTIVE
              Sat Nov 21 16:20:08 2026 [pid: 5621] => CLEANING
              Sat Nov 21 16:20:09 2026 [pid: 5621] => FINALIZING
              Sat Nov 21 16:20:09 2026 [pid: 5621] => SUCCESS
            Recovered Processes:
              web   runs: 1
                 0: pid=5675, rc=0, finish:Sat Nov 21 16:20:08 2026, state:SUCCESS
            """);
  }

  /**
   * Unlike the original, which fails at a run without pid and shows no return code of failed runs
   * (gaps 1, 73).
   */
  @Test
  void showsTheNewestRunFirstWhateverIsKnownOfIt() throws Exception {
    TaskHistory history = new TaskHistory();
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(history);
    for (ProcessState state :
        new ProcessState[] {
          ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.FAILED
        }) {
      dispatcher.dispatch(
          Records.process(history.lastRun("p").map(run -> run.seq() + 1).orElse(0L), "p", state),
          Mode.STRICT);
    }
    dispatcher.dispatch(ProcessStatus.waiting(4, "p"), Mode.STRICT);

    assertThat(text(history))
        .isEqualTo(
            """
            Recovered Task Header:
              None
            Recovered Task States:
            Recovered Processes:
              p   runs: 2
                 1: pid=None, rc=, finish:None, state:WAITING
                 0: pid=101, rc=7, finish:Sat Nov 21 12:00:03 2026, state:FAILED
            """);
  }

  @Test
  void showsTimesInTheGivenZoneWithThePaddingOfTheOriginal() {
    assertThat(
            new HistoryText(ZoneId.of("Europe/Berlin")).time(Instant.parse("2026-07-04T22:30:00Z")))
        .isEqualTo("Sun Jul  5 00:30:00 2026");
  }

  @Test
  void namesCannotSteerTheTerminal() throws Exception {
    TaskHistory history = new TaskHistory();
    new CheckpointDispatcher(history)
        .dispatch(ProcessStatus.waiting(0, "a\u001b[2Jb\u202ec\n"), Mode.STRICT);

    assertThat(text(history)).contains("  a?[2Jb?c?   runs: 1\n");
  }

  private static String text(TaskHistory history) throws IOException {
    StringBuilder text = new StringBuilder();
    new HistoryText(ZoneOffset.UTC).write(history, text);
    return text.toString();
  }
}

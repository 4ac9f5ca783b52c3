package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.thermos.checkpoint.CheckpointDispatcher.Mode;

/**
 * Any lives of any processes, interleaved in any way: what a recovery makes of them is what
 * happened.
 */
class ReplayPropertyTest {
  private static final Map<ProcessState, List<ProcessState>> NEXT =
      Map.of(
          ProcessState.WAITING,
              List.of(ProcessState.FORKED, ProcessState.FORKED, ProcessState.FAILED),
          ProcessState.FORKED,
              List.of(
                  ProcessState.RUNNING,
                  ProcessState.RUNNING,
                  ProcessState.KILLED,
                  ProcessState.LOST),
          ProcessState.RUNNING,
              List.of(
                  ProcessState.SUCCESS,
                  ProcessState.FAILED,
                  ProcessState.KILLED,
                  ProcessState.LOST));

  @Property(tries = 300)
  void recordsSeenTwiceChangeNothing(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<ProcessStatus> lives = lives(random);
    TaskHistory once = new TaskHistory();
    TaskHistory again = new TaskHistory();
    CheckpointDispatcher strict = new CheckpointDispatcher(once);
    CheckpointDispatcher recovering = new CheckpointDispatcher(again);

    for (int i = 0; i < lives.size(); i++) {
      assertThat(strict.wouldUpdate(lives.get(i))).isTrue();
      strict.dispatch(lives.get(i), Mode.STRICT);
      recovering.dispatch(lives.get(i), Mode.RECOVERY);
      for (int old = random.nextInt(i + 1); old <= i; old++) {
        assertThat(recovering.wouldUpdate(lives.get(old))).isFalse();
        assertThat(recovering.dispatch(lives.get(old), Mode.RECOVERY)).isFalse();
      }
    }

    assertThat(again.processes()).isEqualTo(once.processes());
    for (String process : once.processes()) {
      assertThat(again.runs(process)).isEqualTo(once.runs(process));
      assertThat(once.runs(process))
          .hasSize(
              (int)
                  lives.stream()
                      .filter(
                          status ->
                              status.process().equals(process)
                                  && status.state() == ProcessState.WAITING)
                      .count());
    }
  }

  private static List<ProcessStatus> lives(Random random) {
    Map<String, ProcessStatus> last = new TreeMap<>();
    List<ProcessStatus> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String process = "p" + random.nextInt(4);
      ProcessStatus before = last.get(process);
      ProcessState state =
          before == null || before.state().isTerminal()
              ? ProcessState.WAITING
              : NEXT.get(before.state()).get(random.nextInt(NEXT.get(before.state()).size()));
      ProcessStatus status = Records.process(before == null ? 0 : before.seq() + 1, process, state);
      last.put(process, status);
      records.add(status);
    }
    return records;
  }
}

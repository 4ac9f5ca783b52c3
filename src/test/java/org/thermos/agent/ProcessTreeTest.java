package org.thermos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessTreeTest {
  private static final int OURS = 1;

  @Test
  void takesDescendantsWhateverTheirSessionAndWhoeverSharesIt() {
    List<ProcessRow> processes =
        List.of(
            process(1, 0, OURS),
            process(10, 1, 10),
            process(11, 10, 10),
            process(12, 11, 12),
            process(13, 1, 12),
            process(14, 13, 14),
            process(20, 1, 20),
            process(21, 20, 20));
    assertThat(ProcessTree.closure(processes, row -> row.pid() == 10, OURS))
        .extracting(ProcessRow::pid)
        .containsExactlyInAnyOrder(10, 11, 12, 13, 14);
  }

  @Test
  void doesNotFollowTheCallersOwnSession() {
    List<ProcessRow> processes =
        List.of(process(1, 0, OURS), process(2, 1, OURS), process(3, 2, OURS));
    assertThat(ProcessTree.closure(processes, row -> row.pid() == 2, OURS))
        .extracting(ProcessRow::pid)
        .containsExactlyInAnyOrder(2, 3);
  }

  private static ProcessRow process(int pid, int parent, int session) {
    return new ProcessRow(pid, parent, session, 0);
  }
}

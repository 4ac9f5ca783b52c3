package org.thermos.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.process.ProgramSpec.ProcessGroup;

/** Plain programs for tests to start. */
final class Programs {
  private Programs() {}

  /** In a group of its own. */
  static ProgramSpec of(String... command) {
    return new ProgramSpec(
        List.of(command),
        Map.of("PATH", Workbench.PATH),
        Optional.empty(),
        ProcessGroup.OWN,
        Optional.empty(),
        Optional.empty());
  }
}

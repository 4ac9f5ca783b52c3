package org.thermos.process;

/** Why a coordinator ended, told from its exit status. */
public enum CoordinatorEnd {
  /** Its checkpoint holds the end of the run. */
  RECORDED(0),
  /**
   * An earlier run's coordinator still holds the checkpoint: nothing was written, try again later.
   */
  BUSY(75),
  /** The runner died before FORKED was written: nothing was run, nothing written. */
  ABANDONED(76),
  /** The checkpoint already holds this run: nothing was run, nothing written. */
  SUPERSEDED(77),
  /**
   * The system lacked something that it may have again, such as descriptors or room on the disk:
   * nothing was run, nothing written, try again later.
   */
  NOT_YET(78),
  /** It did not understand what it was told. */
  WRONG_USE(100),
  /**
   * The system failed it, for example a checkpoint that cannot be written; a complaint tells more.
   */
  FAILED(111),
  /** It was killed; what ran below it may still run. */
  KILLED(-1);

  private final int exitCode;

  CoordinatorEnd(int exitCode) {
    this.exitCode = exitCode;
  }

  public static CoordinatorEnd of(ExitStatus status) {
    if (status.exitCode().isEmpty()) {
      return KILLED;
    }
    for (CoordinatorEnd end : values()) {
      if (end.exitCode == status.exitCode().getAsInt()) {
        return end;
      }
    }
    return FAILED;
  }
}

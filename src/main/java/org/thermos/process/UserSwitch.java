package org.thermos.process;

/** Becoming another account, which takes a coordinator that runs as root. */
public record UserSwitch(Account account, Moment moment) {
  /** When the coordinator becomes the account. */
  public enum Moment {
    /** Before the command's process exists, which is the account's as well. */
    BEFORE_SPAWN,
    /**
     * Afterwards: the command starts as root and changes its account itself, as mesos-containerizer
     * does (processes 4.3).
     */
    AFTER_SPAWN
  }
}

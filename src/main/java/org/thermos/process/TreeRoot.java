package org.thermos.process;

/**
 * What {@link Broker#killTree} is about: a process, and when it may last have been alive.
 *
 * <p>Once a dead process has been collected, its number, and that of its session, may come to
 * others. A session is taken for that of a collected process only if somebody in it was born while
 * the process could be alive; then the number has been in use ever since, and is nobody else's.
 *
 * @param lastAlive clock ticks from the boot of the machine
 */
public record TreeRoot(ProcessIdentity process, long lastAlive) {

  /** One that is there, or was until this moment. */
  public static TreeRoot present(ProcessIdentity process) {
    return new TreeRoot(process, Long.MAX_VALUE);
  }

  /**
   * A child of the broker, which inherits what is left when it dies, and so needs no session to
   * tell that by.
   */
  public static TreeRoot child(ProcessIdentity process) {
    return new TreeRoot(process, 0);
  }
}

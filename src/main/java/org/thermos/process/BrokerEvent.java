package org.thermos.process;

import java.nio.file.Path;

/** What a broker tells, one after the other. */
public sealed interface BrokerEvent {
  /** A child of the broker ended and was collected. */
  record Exited(int pid, ExitStatus status, Parentage parentage) implements BrokerEvent {}

  /** Whose child ended. */
  enum Parentage {
    /** Launched or spawned by this broker. */
    OWN,
    /** Inherited, as the nearest subreaper, from a process that died before it. */
    STRAY
  }

  /**
   * What {@link Broker#run} started is over, and nothing of it is left but what the system could
   * not kill within a second.
   *
   * @param keeper the pid that was answered; that process ends after this
   */
  record CommandEnded(int keeper, CommandResult result) implements BrokerEvent {}

  /** A watched process has ended, or was never there. */
  record Gone(ProcessIdentity process) implements BrokerEvent {}

  /**
   * A file of a watched directory was made, moved in or written to; the name is empty if anything
   * may have changed. Repeats are merged.
   */
  record Changed(Path directory, String name) implements BrokerEvent {}

  /**
   * A coordinator of this broker has written to its checkpoint, or is just about to have its record
   * synced. Comes before its end.
   */
  record Recorded(int pid) implements BrokerEvent {}

  /**
   * The time asked for has passed. One that was on its way when the timer was set anew or cancelled
   * still arrives.
   */
  record TimerFired() implements BrokerEvent {}

  /** What was handed to {@link Broker#echo}. */
  record Echoed(int value) implements BrokerEvent {}

  /** A coordinator could not do something; it may be running on. */
  record Complaint(int pid, String text) implements BrokerEvent {}

  /** The broker itself could not do something, and makes do without; for the log. */
  record Warning(String text) implements BrokerEvent {}

  /**
   * How much disk the directories take that were handed to {@link Broker#meter}: as soon as it is
   * known, when it crosses the limit, and when it has changed by more than a 64th of that.
   *
   * @param used bytes
   * @param incomplete whether there is more than could be counted
   * @param late whether inotify watches are lacking, so that changes are noticed later
   */
  record Metered(int subject, long used, boolean incomplete, boolean late) implements BrokerEvent {}

  /** Nothing is metered any more, until it is asked for anew. */
  record MeterEnded(ExitStatus status) implements BrokerEvent {}

  /** The broker is gone, and its locks with it. Every later event is this one. */
  record Closed() implements BrokerEvent {}
}

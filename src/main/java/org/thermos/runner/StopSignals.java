package org.thermos.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.TaskState;
import org.thermos.log.Log;
import org.thermos.process.Broker;
import org.thermos.process.Signal;
import org.thermos.process.UnixSignals;

/**
 * The signals by which a task is stopped (runner 3.9). A handler only wakes the runner's loop,
 * which acts when it comes to it; SIGTERM keeps its default: the runner dies and the processes go
 * on.
 */
final class StopSignals {
  private StopSignals() {}

  /** Has each of the signals echoed by the broker, from now on. */
  static void install(Broker broker, Log log) {
    for (Signal signal : List.of(Signal.USER_1, Signal.USER_2, Signal.INTERRUPT)) {
      UnixSignals.handle(
          signal,
          () -> {
            try {
              broker.echo(signal.number());
            } catch (IOException e) {
              log.error("cannot act on signal " + signal + ": " + e.getMessage());
            }
          });
    }
  }

  /**
   * What a signal asks for; empty if it asks for nothing.
   *
   * @param killWait how long a graceful stop may take
   */
  static Optional<TaskEvent> request(int signal, Duration killWait) {
    if (signal == Signal.USER_1.number() || signal == Signal.INTERRUPT.number()) {
      return Optional.of(new TaskEvent.StopRequested(TaskState.KILLED, killWait));
    }
    if (signal == Signal.USER_2.number()) {
      return Optional.of(new TaskEvent.StopRequested(TaskState.LOST, Duration.ZERO));
    }
    return Optional.empty();
  }
}

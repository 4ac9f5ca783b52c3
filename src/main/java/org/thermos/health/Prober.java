package org.thermos.health;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.thermos.health.HelperThreads.Question;
import org.thermos.health.Observation.Unreachable;
import org.thermos.http.HttpFormatException;
import org.thermos.http.SocketGuard;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandRunner;

/** Carries out probes, each within its time, whatever the task does. Any thread. */
final class Prober {
  private static final int FIRST_ERROR = 400;

  private final HelperThreads threads;
  private final CommandRunner commands;

  Prober(HelperThreads threads, CommandRunner commands) {
    this.threads = threads;
    this.commands = commands;
  }

  /** A probe under way. */
  interface Running {
    /** Ends it; what it then still says is of no interest. */
    void cancel();
  }

  /**
   * Starts a probe.
   *
   * @param done is told once, on any thread, perhaps on this one
   */
  Running start(Probe probe, Consumer<Observation> done) {
    if (probe instanceof Probe.Command command) {
      if (command.spec().command().stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
        done.accept(new Observation.Invalid());
        return () -> {};
      }
      CompletableFuture<CommandResult> future = commands.run(command.spec());
      CompletableFuture<CommandResult> unused =
          future.whenComplete(
              (result, fault) ->
                  done.accept(
                      fault == null
                          ? new Observation.Ran(result)
                          : new Observation.Broken(fault.toString())));
      return () -> future.cancel(true);
    }
    SocketGuard guard = new SocketGuard();
    Question<Observation> question =
        probe instanceof Probe.Http http
            ? it -> get(http, it)
            : it -> connect((Probe.Tcp) probe, it);
    threads.execute(probe.timeout(), () -> done.accept(answer(question, probe.timeout(), guard)));
    return guard::close;
  }

  private Observation answer(Question<Observation> question, Duration timeout, SocketGuard guard) {
    try {
      return threads.within(timeout, guard, question);
    } catch (IOException | RuntimeException e) {
      return new Unreachable("Unexpected error: " + e.getMessage(), false);
    } catch (Throwable e) { // As little as a class that is not there may end in silence.
      return new Observation.Broken(e.toString());
    }
  }

  private static Observation connect(Probe.Tcp tcp, SocketGuard guard) {
    try {
      LoopbackHttp.connect(tcp.port(), guard);
      return new Observation.Connected();
    } catch (ConnectException e) {
      return new Unreachable(e.getMessage(), true);
    } catch (IOException e) {
      return new Unreachable(guard.isExpired() ? "timed out" : e.getMessage(), false);
    }
  }

  private static Observation get(Probe.Http http, SocketGuard guard) throws IOException {
    try {
      LoopbackHttp.Answer answer = LoopbackHttp.get(http.url(), guard);
      String body =
          answer.status() < FIRST_ERROR ? answer.body().strip().toLowerCase(Locale.ROOT) : "";
      return new Observation.Answered(answer.status(), body);
    } catch (ConnectException e) {
      return new Unreachable("<urlopen error [Errno 111] Connection refused>", true);
    } catch (IOException e) {
      if (guard.isExpired()) {
        return new Unreachable("Error within timeout", false);
      }
      if (e instanceof HttpFormatException) {
        return new Unreachable("Error within BadStatusLine: " + e.getMessage(), false);
      }
      if (e instanceof EOFException) {
        return new Unreachable("Error within IncompleteRead: " + e.getMessage(), false);
      }
      if (e instanceof LoopbackHttp.RedirectException) {
        throw e;
      }
      return new Unreachable("<urlopen error " + e.getMessage() + ">", false);
    }
  }
}

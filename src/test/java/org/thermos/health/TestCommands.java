package org.thermos.health;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandRunner;
import org.thermos.process.CommandSpec;
import org.thermos.process.ExitStatus;

/** Runs commands by the JVM's own means, as the account that the tests run as. */
final class TestCommands implements CommandRunner {
  private final List<CommandSpec> specs = new CopyOnWriteArrayList<>();

  List<CommandSpec> specs() {
    return specs;
  }

  @Override
  public CompletableFuture<CommandResult> run(CommandSpec spec) {
    specs.add(spec);
    CompletableFuture<CommandResult> future = new CompletableFuture<>();
    Thread thread = new Thread(() -> future.complete(runNow(spec, future)), "command");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private static CommandResult runNow(CommandSpec spec, CompletableFuture<CommandResult> future) {
    ProcessBuilder builder = new ProcessBuilder(spec.command()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(spec.environment());
    spec.directory().map(Path::toFile).ifPresent(builder::directory);
    builder.redirectInput(Path.of("/dev/null").toFile());
    try {
      Process process = builder.start();
      CompletableFuture<CommandResult> unused =
          future.whenComplete((result, fault) -> kill(process));
      boolean ended = process.waitFor(spec.timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (!ended) {
        kill(process);
        return new CommandResult.TimedOut("");
      }
      byte[] output = process.getInputStream().readNBytes(64 * 1024);
      String text = new String(output, StandardCharsets.UTF_8);
      int code = process.exitValue();
      int status = code > 128 ? code - 128 : code << 8;
      return new CommandResult.Ended(new ExitStatus(status), text);
    } catch (IOException e) {
      return new CommandResult.NotRun("No such file or directory");
    } catch (InterruptedException e) {
      return new CommandResult.NotRun("interrupted");
    }
  }

  private static void kill(Process process) {
    if (process.isAlive()) { // Of one that has ended the output could not be read any more.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}

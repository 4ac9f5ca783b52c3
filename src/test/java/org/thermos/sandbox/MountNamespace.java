package org.thermos.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandRunner;
import org.thermos.process.CommandSpec;
import org.thermos.process.ExitStatus;

/**
 * A mount namespace of its own, as an agent gives to each container: what is mounted in there is
 * gone with it. Runs programs in there. Takes root.
 */
public final class MountNamespace implements CommandRunner, AutoCloseable {
  private final Process keeper;

  public MountNamespace() throws IOException {
    keeper =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation=private",
                "sh",
                "-c",
                "echo ready; exec sleep 600")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(keeper.getInputStream(), UTF_8))) {
      assumeTrue("ready".equals(out.readLine()), "needs the right to make a mount namespace");
    }
  }

  /** A command line that runs another one in here. */
  public List<String> inside(List<String> command) {
    List<String> line =
        new ArrayList<>(List.of("nsenter", "--mount=/proc/" + keeper.pid() + "/ns/mnt", "--"));
    line.addAll(command);
    return line;
  }

  /** What a program in here says. */
  public String said(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(inside(List.of(command))).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }

  @Override
  public CompletableFuture<CommandResult> run(CommandSpec spec) {
    return CompletableFuture.completedFuture(result(spec));
  }

  private CommandResult result(CommandSpec spec) {
    try {
      ProcessBuilder builder = new ProcessBuilder(inside(spec.command())).redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(spec.environment());
      Process process = builder.start();
      boolean hasEnded = process.waitFor(spec.timeout().toMillis(), TimeUnit.MILLISECONDS);
      process
          .toHandle()
          .destroyForcibly(); // Unlike the process itself, leaves its output to be read.
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!hasEnded) {
        return new CommandResult.TimedOut(output);
      }
      return new CommandResult.Ended(new ExitStatus(process.exitValue() << 8), output);
    } catch (IOException | InterruptedException e) {
      return new CommandResult.NotRun(e.toString());
    }
  }

  @Override
  public void close() {
    keeper.destroyForcibly().onExit().join();
  }
}

package org.thermos.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandSpec;
import org.thermos.process.ExitStatus;

/** However a program ends, or does not, its name and its own words are in the message. */
@Timeout(60)
class CommandsTest {
  private final List<CommandSpec> run = new ArrayList<>();

  private Commands answering(CommandResult result) {
    return new Commands(
        spec -> {
          run.add(spec);
          return CompletableFuture.completedFuture(result);
        },
        Duration.ofSeconds(60));
  }

  @Test
  void runsWithTheSystemsPathAndALimit() throws Exception {
    answering(new CommandResult.Ended(new ExitStatus(0), "")).run("mount", "-n");

    CommandSpec spec = run.get(0);
    assertThat(spec.command()).containsExactly("mount", "-n");
    assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(spec.environment()).containsOnlyKeys("PATH", "LC_ALL");
  }

  @Test
  void aFailureIsToldInTheProgramsWords() {
    assertThatThrownBy(
            () ->
                answering(new CommandResult.Ended(new ExitStatus(32 << 8), "mount: no such disk\n"))
                    .run("mount", "/a", "/b"))
        .isInstanceOf(IOException.class)
        .hasMessage("mount /a /b failed with 32: mount: no such disk");
  }

  @Test
  void aSignalIsAFailure() {
    assertThatThrownBy(() -> answering(new CommandResult.Ended(new ExitStatus(9), "")).run("mount"))
        .hasMessage("mount failed with -9");
  }

  @Test
  void aMissingProgramIsNamed() {
    assertThatThrownBy(
            () -> answering(new CommandResult.NotRun("No such file or directory")).run("mount"))
        .hasMessage("cannot run mount: No such file or directory");
  }

  @Test
  void onePastItsLimitIsNamed() {
    assertThatThrownBy(
            () -> answering(new CommandResult.TimedOut("waiting for nfs")).run("mount", "/a"))
        .hasMessage("mount /a was killed: it did not end within 60.0 s: waiting for nfs");
  }

  @Test
  void oneThatCannotEvenBeKilledIsNotWaitedFor() {
    Commands commands =
        new Commands(
            spec -> new CompletableFuture<>(), Duration.ofMillis(20), Duration.ofMillis(30));

    assertThatThrownBy(() -> commands.run("mount", "/a"))
        .isInstanceOf(IOException.class)
        .hasMessage("mount /a did not end within 0.02 s, nor when it was killed");
  }

  @Test
  void aRunnerThatFailsIsToldOf() {
    Commands commands =
        new Commands(
            spec -> CompletableFuture.failedFuture(new IllegalStateException("closed")),
            Duration.ofSeconds(1));

    assertThatThrownBy(() -> commands.run("mount"))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot run mount: closed");
  }

  @Test
  void anInterruptEndsTheWait() {
    Commands commands = new Commands(spec -> new CompletableFuture<>(), Duration.ofSeconds(50));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> commands.run("mount"))
        .isInstanceOf(IOException.class)
        .hasMessage("interrupted while waiting for mount");
    assertThat(Thread.interrupted()).isTrue();
  }
}

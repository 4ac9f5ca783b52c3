package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.BrokerEvent.CommandEnded;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandResult.Ended;
import org.thermos.process.CommandResult.NotRun;
import org.thermos.process.CommandResult.TimedOut;
import org.thermos.process.CommandSpec;
import org.thermos.process.ExitStatus;
import org.thermos.process.NativeBinary;

/** Commands from any thread over a broker that one thread owns. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokerCommandsTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir Path directory;

  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private Broker broker;
  private BrokerCommands commands;
  private Thread loop;

  @BeforeEach
  void start() throws IOException {
    broker = Broker.start(NativeBinary.locate());
    commands = new BrokerCommands(broker, this::post);
    loop = new Thread(this::loop, "loop");
    loop.start();
  }

  @AfterEach
  void stop() throws Exception {
    post(this::closeBroker);
    loop.join();
    assertThat(commands.run(bash("true")).get()).isInstanceOf(NotRun.class);
  }

  private void closeBroker() {
    try {
      broker.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void post(Runnable work) {
    posted.add(work);
    try {
      broker.echo(0);
    } catch (IOException e) {
      // It is gone, which ends the loop.
    }
  }

  private void loop() {
    try {
      for (BrokerEvent event = broker.next();
          !(event instanceof BrokerEvent.Closed);
          event = broker.next()) {
        boolean taken = commands.take(event);
        assertThat(taken || event instanceof Exited)
            .isEqualTo(event instanceof CommandEnded || event instanceof Exited);
        for (Runnable work = posted.poll(); work != null; work = posted.poll()) {
          work.run();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      commands.take(new BrokerEvent.Closed());
    }
  }

  private CommandSpec bash(String line) {
    return command(LONG, "/bin/bash", "-c", line);
  }

  private CommandSpec command(Duration timeout, String... command) {
    return new CommandSpec(
        List.of(command),
        Map.of("PATH", "/usr/bin:/bin"),
        Optional.of(directory),
        Optional.empty(),
        timeout);
  }

  @Test
  void answersEachWithItsOwnResult() throws Exception {
    List<CompletableFuture<CommandResult>> futures = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      futures.add(commands.run(bash("echo " + i + "; exit " + i)));
    }
    for (int i = 0; i < 30; i++) {
      assertThat(futures.get(i).get()).isEqualTo(new Ended(new ExitStatus(i << 8), i + "\n"));
    }
    assertThat(commands.run(command(Duration.ofMillis(200), "sleep", "1000")).get())
        .isEqualTo(new TimedOut(""));
    assertThat(commands.run(command(LONG, "no-such-program")).get())
        .isEqualTo(new NotRun("No such file or directory"));
  }

  @Test
  void saysWhenACommandCannotBeHandedOn() throws Exception {
    assertThat(commands.run(command(LONG, "echo", "a\0b")).get())
        .isInstanceOfSatisfying(
            NotRun.class, not -> assertThat(not.reason()).contains("NUL character"));
    assertThat(commands.run(command(LONG)).get()).isInstanceOf(NotRun.class);
  }

  @Test
  void endsWhatIsCancelled() throws Exception {
    CompletableFuture<CommandResult> running =
        commands.run(bash("sleep 1000 & echo $! > pid.tmp; mv pid.tmp pid; sleep 1000"));
    Path pid = directory.resolve("pid");
    while (!Files.exists(pid)) {
      TimeUnit.MILLISECONDS.sleep(5); // There is no event for what strangers do.
    }
    ProcessHandle sleeping =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    running.cancel(true);
    sleeping.onExit().get();

    assertThat(commands.run(bash("echo on")).get()).isEqualTo(new Ended(new ExitStatus(0), "on\n"));
  }

  @Test
  void nothingStaysOpenWhenTheBrokerGoes() throws Exception {
    CompletableFuture<CommandResult> running = commands.run(bash("sleep 1000"));
    CompletableFuture<CommandResult> last = new CompletableFuture<>();
    post(
        () -> {
          closeBroker();
          var unused = commands.run(bash("true")).thenAccept(last::complete);
        });

    assertThat(running.get()).isEqualTo(new NotRun("the executor's broker is gone"));
    assertThat(last.get()).isInstanceOf(NotRun.class);
  }
}

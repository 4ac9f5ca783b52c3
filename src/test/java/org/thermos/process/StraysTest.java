package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.Exited;

/** What a broker does with the processes that come to it because everybody else died. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StraysTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  @TempDir Path directory;

  /**
   * An executor's broker, below it a runner's broker, below that two coordinators with a daemon
   * each: everything is as in life but for the two JVMs.
   */
  @ParameterizedTest
  @MethodSource(BOTH)
  void killsWhatADeadCoordinatorOfADeadRunnerLeftAndNothingElse(Path binary) throws Exception {
    try (Workbench executor = new Workbench(directory, binary)) {
      Path commands = fifo("commands");
      Path events = fifo("events");
      // Named pipes in place of the JVM that would hold the others' ends.
      ProcessIdentity runner =
          executor.broker.spawn(
              Programs.of(
                  "/bin/sh",
                  "-c",
                  "exec " + binary + " broker 0 1 < " + commands + " > " + events));
      List<ProcessIdentity> toKill = new ArrayList<>(List.of(runner));
      try (OutputStream out = Files.newOutputStream(commands);
          DataInputStream in = new DataInputStream(Files.newInputStream(events))) {
        assertThat(Frame.read(in).type()).isEqualTo(Wire.HELLO);
        ProcessIdentity first = launch(executor, "first", out, in);
        toKill.add(first);
        ProcessIdentity second = launch(executor, "second", out, in);
        toKill.add(second);
        ProcessIdentity firstDaemon = executor.awaitPid("first");
        ProcessIdentity secondDaemon = executor.awaitPid("second");
        ProcessIdentity bystander = executor.broker.spawn(Programs.of("sleep", "1000"));

        executor.broker.signal(runner, Signal.KILL);
        executor.broker.signal(first, Signal.KILL);
        long killed = System.nanoTime();
        executor.await(Exited.class, exited -> exited.pid() == firstDaemon.pid());
        System.out.println(
            "what a dead coordinator of a dead runner left: dead after "
                + (System.nanoTime() - killed) / 1_000_000
                + " ms");

        assertThat(System.nanoTime() - killed).isLessThan(TimeUnit.SECONDS.toNanos(20));
        assertThat(Workbench.isAlive(firstDaemon)).isFalse();
        assertThat(Workbench.isAlive(second)).isTrue();
        assertThat(Workbench.isAlive(secondDaemon)).isTrue();
        assertThat(Workbench.isAlive(bystander)).isTrue();

        // Nor is the other's tree forgotten when its time comes.
        executor.broker.signal(second, Signal.KILL);
        executor.await(Exited.class, exited -> exited.pid() == secondDaemon.pid());
        assertThat(Workbench.isAlive(secondDaemon)).isFalse();
        assertThat(Workbench.isAlive(bystander)).isTrue();
        executor.broker.signal(bystander, Signal.KILL);
      } finally {
        for (ProcessIdentity each : toKill) {
          executor.broker.killTree(each);
        }
      }
    }
  }

  /** A runner whose executor died comes to whoever started that, and goes on. */
  @ParameterizedTest
  @MethodSource(BOTH)
  void leavesProgramsAloneThatHaveABrokerOfTheirOwn(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity parent =
          bench.broker.spawn(
              Programs.of(
                  "/bin/bash",
                  "-c",
                  "cd "
                      + bench.sandbox
                      + "; (setsid "
                      + binary
                      + " launch -- /bin/bash -c 'echo $$ > launched; exec sleep 1000' &)"
                      + "; setsid sleep 1000 & echo $! > plain; wait"));
      ProcessIdentity launched = bench.awaitPid("launched");
      ProcessIdentity plain = bench.awaitPid("plain");
      bench.broker.signal(parent, Signal.KILL);
      bench.await(Exited.class, exited -> exited.pid() == plain.pid());

      assertThat(Workbench.isAlive(plain)).isFalse();
      assertThat(Workbench.isAlive(launched)).isTrue();
      bench.broker.signal(launched, Signal.KILL);
      bench.await(Exited.class, exited -> exited.pid() == launched.pid());
    }
  }

  private ProcessIdentity launch(Workbench bench, String name, OutputStream out, DataInputStream in)
      throws Exception {
    Workbench.Run run =
        bench.run(
            "(setsid setsid bash -c 'echo $$ > " + name + "; exec sleep 1000' &); sleep 1000");
    run.process = name;
    run.checkpoint = directory.resolve("coordinator." + name);
    run.components = List.of(".logs", name, "0");
    out.write(SpecFrames.launch(1, run.spec()).frame());
    out.flush();
    Frame reply = Frame.read(in);
    while (reply.type() == Wire.RECORDED) {
      reply = Frame.read(in); // A coordinator that was launched before may speak first.
    }
    assertThat(reply.type()).isEqualTo(Wire.DONE);
    return new ProcessIdentity(reply.i32(), reply.i64());
  }

  private Path fifo(String name) throws Exception {
    Path path = directory.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }
}

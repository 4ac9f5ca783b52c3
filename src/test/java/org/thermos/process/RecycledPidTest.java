package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.Gone;
import org.thermos.process.ProgramSpec.ProcessGroup;

/** Numbers of dead processes that strangers have by now; truly so, by the kernel's own counter. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecycledPidTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";
  private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

  @TempDir Path directory;

  @BeforeEach
  void canRecycle() {
    assumeTrue(
        Accounts.currentUid() == 0 && Files.isWritable(LAST_PID),
        "skipped: giving a number out again needs root and a writable " + LAST_PID);
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void noStrangerIsTouchedWithTheNumberOfADeadCoordinator(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary);
        Workbench strangers = new Workbench(directory, binary)) {
      ProcessIdentity coordinator;
      Optional<ProcessIdentity> recycled;
      do {
        coordinator = bench.run("exit 0").launch();
        bench.awaitExit(coordinator);
        awaitTickAfter(coordinator.startTicks());
        recycled =
            recycle(strangers, coordinator.pid(), "setsid sleep 1000 & echo $! > child; wait");
      } while (recycled.isEmpty());
      ProcessIdentity dead = coordinator;
      ProcessIdentity stranger = recycled.get();
      ProcessIdentity child = strangers.awaitPid("child");

      assertThat(stranger.pid()).isEqualTo(dead.pid());
      assertThat(bench.broker.signal(dead, Signal.KILL)).isEqualTo(SignalResult.GONE);
      assertThat(bench.broker.killTree(dead)).isEmpty();
      bench.broker.watchExit(dead);
      bench.await(Gone.class, gone -> gone.process().equals(dead));
      assertThat(Workbench.isAlive(stranger)).isTrue();
      assertThat(Workbench.isAlive(child)).isTrue();
      strangers.broker.killTree(stranger);
      strangers.broker.signal(child, Signal.KILL);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void noStrangersSessionIsTakenForThatOfADeadCoordinator(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      // A daemon, as daemons are made: its session's leader is gone, the number stays in use.
      String script =
          """
          for i in {1..500}; do
            [ -e /proc/$1 ] && exit 1
            echo $(($1 - 1)) > /proc/sys/kernel/ns_last_pid
            setsid /bin/bash -c "[ \\$\\$ = $1 ] || exit 0; sleep 1000 & echo \\$! > daemon" &
            wait $!
            [ -s daemon ] && break
          done
          """;
      ProcessTable table = new ProcessTable();
      ProcessIdentity coordinator;
      long diedBy;
      Process daemons;
      do {
        coordinator = bench.run("exit 0").launch();
        bench.awaitExit(coordinator);
        diedBy = table.ticksNow();
        awaitTickAfter(diedBy);
        daemons =
            new ProcessBuilder("/bin/bash", "-c", script, "x", Integer.toString(coordinator.pid()))
                .directory(bench.sandbox.toFile())
                .start();
      } while (daemons.waitFor() != 0);
      ProcessIdentity daemon = bench.awaitPid("daemon");
      assertThat(table.find(daemon.pid()).orElseThrow().session()).isEqualTo(coordinator.pid());
      while (table.find(coordinator.pid()).isPresent()) {
        Thread.onSpinWait();
      }

      assertThat(bench.broker.killTree(new TreeRoot(coordinator, diedBy))).isEmpty();
      assertThat(bench.broker.killTree(TreeRoot.child(coordinator))).isEmpty();
      assertThat(Workbench.isAlive(daemon)).isTrue();
      bench.broker.signal(daemon, Signal.KILL);
    }
  }

  /** Within one tick of the kernel two processes of one number cannot be told apart. */
  private static void awaitTickAfter(long ticks) throws IOException {
    ProcessTable table = new ProcessTable();
    while (table.ticksNow() <= ticks + 1) {
      Thread.onSpinWait();
    }
  }

  /**
   * Starts a session leader with exactly this number; others may be faster a few times. Empty if
   * one of them has it now, perhaps for good.
   */
  private static Optional<ProcessIdentity> recycle(Workbench bench, int pid, String commandLine)
      throws IOException {
    while (Files.notExists(Path.of("/proc/" + pid))) {
      Files.writeString(LAST_PID, Integer.toString(pid - 1));
      ProcessIdentity shell =
          bench.broker.spawn(
              new ProgramSpec(
                  List.of(
                      "/usr/bin/setsid",
                      "/bin/bash",
                      "-c",
                      "[ $$ = " + pid + " ] || exit 0; " + commandLine),
                  Map.of("PATH", Workbench.PATH),
                  Optional.of(bench.sandbox),
                  ProcessGroup.INHERITED,
                  Optional.empty(),
                  Optional.empty()));
      if (shell.pid() == pid) {
        return Optional.of(shell);
      }
      bench.awaitExit(shell);
    }
    return Optional.empty();
  }
}

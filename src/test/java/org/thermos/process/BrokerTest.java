package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.Changed;
import org.thermos.process.BrokerEvent.Echoed;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.BrokerEvent.Gone;
import org.thermos.process.BrokerEvent.Parentage;
import org.thermos.process.BrokerEvent.TimerFired;
import org.thermos.process.ProgramSpec.ProcessGroup;

/** What a broker does on command, and what it tells. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokerTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  /** That the list was read only once was noticed within this time, five times of five. */
  private static final Duration LOOKING = Duration.ofSeconds(2);

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource(BOTH)
  void refusesALockThatAnotherHasAndNamesIt(Path binary) throws Exception {
    try (Workbench first = new Workbench(directory, binary);
        Workbench second = new Workbench(directory, binary)) {
      Path file = directory.resolve("runner");
      first.broker.lock(file, Duration.ZERO);

      LockBusyException busy =
          catchThrowableOfType(
              LockBusyException.class, () -> second.broker.lock(file, Duration.ofMillis(100)));

      int holder = busy.holder().orElseThrow();
      assertThat(second.broker.lockHolder(file)).hasValue(holder);
      assertThat(Files.readString(Path.of("/proc/" + holder + "/comm")))
          .isEqualTo("thermos-broker\n");
      assertThat(busy)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(Integer.toString(holder));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void waitsForALockWithoutMissingEvents(Path binary) throws Exception {
    try (Workbench first = new Workbench(directory, binary);
        Workbench second = new Workbench(directory, binary)) {
      Path file = directory.resolve("runner");
      first.broker.lock(file, Duration.ZERO);
      // The first broker's JVM lets go only after the second has begun to wait.
      second.broker.echo(1);
      Thread unlocker =
          new Thread(
              () -> {
                try {
                  first.broker.wakeAfter(Duration.ofMillis(200));
                  first.broker.next();
                  first.broker.unlock(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      unlocker.start();
      second.broker.lock(file, Duration.ofSeconds(15));
      unlocker.join();

      assertThat(second.broker.next()).isEqualTo(new Echoed(1));
      assertThat(second.broker.lockHolder(file)).isPresent();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void excludesAndIsExcludedByFlockOfOthers(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path file = directory.resolve("runner");
      bench.broker.lock(file, Duration.ZERO);
      assertThat(flock(file)).isNotZero();
      bench.broker.unlock(file);
      assertThat(flock(file)).isZero();
      assertThat(bench.broker.lockHolder(file)).isEmpty();
    }
  }

  /** What its files are cannot be seen from there, only that it has some. */
  @ParameterizedTest
  @MethodSource(BOTH)
  void namesAHolderInAnotherUserNamespace(Path binary) throws Exception {
    try (Workbench first = new Workbench(directory, binary);
        Workbench second = new Workbench(directory, InotifyLimit.none(), binary)) {
      Path file = directory.resolve("runner");
      first.broker.lock(file, Duration.ZERO);

      int holder = first.broker.lockHolder(file).orElseThrow();
      assertThat(second.broker.lockHolder(file)).hasValue(holder);
    }
  }

  /** The kernel's list is read in pieces, between which it may lose lines. */
  @Test
  void findsAHolderWhileOtherLocksComeAndGo() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    try (Workbench bench = new Workbench(directory, NativeBinary.locate())) {
      Path file = directory.resolve("runner");
      List<Thread> others = List.of(locker("a", isOver), locker("b", isOver));
      bench.broker.lock(file, Duration.ZERO);
      try {
        long end = System.nanoTime() + LOOKING.toNanos();
        while (System.nanoTime() < end) {
          assertThat(bench.broker.lockHolder(file)).isPresent();
        }
      } finally {
        isOver.set(true);
        for (Thread other : others) {
          other.join();
        }
      }
    }
  }

  /** Takes a hundred locks and lets go of them, again and again. */
  private Thread locker(String name, AtomicBoolean isOver) throws IOException {
    List<FileChannel> files = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      files.add(
          FileChannel.open(
              directory.resolve(name + i), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!isOver.get()) {
                  List<FileLock> locks = new ArrayList<>();
                  for (FileChannel file : files) {
                    locks.add(file.lock());
                  }
                  for (FileLock lock : locks) {
                    lock.release();
                  }
                }
                for (FileChannel file : files) {
                  file.close();
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.start();
    return thread;
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void saysWhyALockCannotBeHad(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path file = directory.resolve("nowhere/runner");

      assertThatThrownBy(() -> bench.broker.lock(file, Duration.ofSeconds(5)))
          .isExactlyInstanceOf(NativeException.class)
          .hasMessage("unable to lock " + file + ": No such file or directory");
      assertThatThrownBy(() -> bench.broker.unlock(file)).isInstanceOf(NativeException.class);
      assertThatThrownBy(() -> bench.broker.lockHolder(file)).isInstanceOf(NativeException.class);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void losesItsLocksWhenItIsKilled(Path binary) throws Exception {
    try (Workbench first = new Workbench(directory, binary);
        Workbench second = new Workbench(directory, binary)) {
      Path file = directory.resolve("runner");
      first.broker.lock(file, Duration.ZERO);
      first.run("sleep 1000").launch();
      ProcessIdentity broker = identify(second.broker.lockHolder(file).orElseThrow());
      second.broker.signal(broker, Signal.KILL);

      first.await(BrokerEvent.Closed.class, closed -> true);
      assertThat(first.broker.next()).isEqualTo(new BrokerEvent.Closed());
      // A coordinator has its copy of the lock until it comes to run.
      second.broker.lock(file, Duration.ofSeconds(30));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void spawnsAProgramAndTellsOfItsEnd(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path output = directory.resolve("output");
      ProcessIdentity program =
          bench.broker.spawn(
              new ProgramSpec(
                  List.of(
                      "bash",
                      "-c",
                      "echo $A:$PWD:$THERMOS_BROKER; readlink /proc/self/fd/0; exit 5"),
                  Map.of("A", "1", "PATH", Workbench.PATH, "THERMOS_BROKER", "3,4"),
                  Optional.of(bench.sandbox),
                  ProcessGroup.OWN,
                  Optional.of(output),
                  Optional.empty()));
      Exited exited = bench.await(Exited.class, any -> true);

      assertThat(exited.pid()).isEqualTo(program.pid());
      assertThat(exited.status().exitCode()).hasValue(5);
      assertThat(exited.parentage()).isEqualTo(Parentage.OWN);
      assertThat(output).hasContent("1:" + bench.sandbox + ":\n/dev/null\n");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void spawnsIntoTheProcessGroupItIsToldTo(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity own = bench.broker.spawn(sleeper(ProcessGroup.OWN));
      ProcessIdentity inherited = bench.broker.spawn(sleeper(ProcessGroup.INHERITED));
      ProcessTable table = new ProcessTable();

      assertThat(table.find(own.pid()).orElseThrow().group()).isEqualTo(own.pid());
      assertThat(table.find(inherited.pid()).orElseThrow().group()).isNotEqualTo(inherited.pid());
      bench.broker.signal(own, Signal.KILL);
      bench.broker.signal(inherited, Signal.KILL);
      assertThat(bench.awaitExit(own).signal()).hasValue(9);
      assertThat(bench.awaitExit(inherited).returnCode()).isEqualTo(-9);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void saysWhyAProgramCannotBeStarted(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      assertThatThrownBy(() -> bench.broker.spawn(program("/no/such/program")))
          .isInstanceOf(NativeException.class)
          .hasMessage("unable to execute /no/such/program: No such file or directory");
      ProgramSpec nowhere =
          new ProgramSpec(
              List.of("/bin/true"),
              Map.of(),
              Optional.of(directory.resolve("nowhere")),
              ProcessGroup.OWN,
              Optional.empty(),
              Optional.empty());
      assertThatThrownBy(() -> bench.broker.spawn(nowhere))
          .hasMessage("unable to enter the directory of /bin/true: No such file or directory");
      bench.broker.echo(3);
      // No child of these attempts is told of.
      assertThat(bench.broker.next()).isEqualTo(new Echoed(3));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void signalsNoProcessThatOnlyBearsTheNumber(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity program = bench.broker.spawn(sleeper(ProcessGroup.OWN));
      ProcessIdentity other = new ProcessIdentity(program.pid(), program.startTicks() - 1);

      assertThat(bench.broker.signal(other, Signal.KILL)).isEqualTo(SignalResult.GONE);
      assertThat(bench.broker.killTree(other)).isEmpty();
      bench.broker.watchExit(other);
      assertThat(bench.broker.next()).isEqualTo(new Gone(other));
      assertThat(Workbench.isAlive(program)).isTrue();

      assertThat(bench.broker.signal(program, Signal.KILL)).isEqualTo(SignalResult.DELIVERED);
      bench.awaitExit(program);
      assertThat(bench.broker.signal(program, Signal.KILL)).isEqualTo(SignalResult.GONE);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void doesWithoutPidfdsOnAnOldKernel(Path binary) throws Exception {
    try (Workbench owner = new Workbench(directory, binary);
        Workbench bench = new Workbench(directory, binary, "--old-kernel")) {
      ProcessIdentity program = owner.broker.spawn(sleeper(ProcessGroup.OWN));
      ProcessIdentity other = new ProcessIdentity(program.pid(), program.startTicks() - 1);
      bench.broker.watchExit(other);
      assertThat(bench.broker.next()).isEqualTo(new Gone(other));
      bench.broker.watchExit(program);
      assertThat(bench.broker.signal(other, Signal.KILL)).isEqualTo(SignalResult.GONE);
      assertThat(bench.broker.signal(program, Signal.KILL)).isEqualTo(SignalResult.DELIVERED);

      assertThat(bench.broker.next()).isEqualTo(new Gone(program));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void tellsOfTheEndOfAProcessThatIsNotItsChild(Path binary) throws Exception {
    try (Workbench owner = new Workbench(directory, binary);
        Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity first = owner.broker.spawn(sleeper(ProcessGroup.OWN));
      ProcessIdentity second = owner.broker.spawn(sleeper(ProcessGroup.OWN));
      bench.broker.watchExit(first);
      bench.broker.watchExit(second);
      owner.broker.signal(second, Signal.KILL);
      assertThat(bench.broker.next()).isEqualTo(new Gone(second));
      owner.broker.signal(first, Signal.KILL);
      assertThat(bench.broker.next()).isEqualTo(new Gone(first));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsACoordinatorWithAllThatDescendsFromIt(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench
              .run(
                  "setsid bash -c 'trap \"\" TERM; setsid sleep 1000 & echo $! > pid; wait' & wait")
              .launch();
      ProcessIdentity inner = bench.awaitPid("pid");

      assertThat(bench.broker.killTree(coordinator)).isEmpty();
      assertThat(Workbench.isAlive(coordinator)).isFalse();
      assertThat(Workbench.isAlive(inner)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsWhatADeadCoordinatorLeft(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench
              .run("sleep 1000 & echo $! > inside; setsid sleep 1000 & echo $! > outside; wait")
              .launch();
      ProcessIdentity inside = bench.awaitPid("inside");
      ProcessIdentity outside = bench.awaitPid("outside");
      long killed = System.nanoTime();
      bench.broker.signal(coordinator, Signal.KILL);
      assertThat(CoordinatorEnd.of(bench.awaitExit(coordinator))).isEqualTo(CoordinatorEnd.KILLED);

      // Before its end is told, unless that would take too long.
      if (System.nanoTime() - killed < Workbench.SWEEP.toNanos()) {
        assertThat(Workbench.isAlive(inside)).isFalse();
        assertThat(Workbench.isAlive(outside)).isFalse();
      }
      for (ProcessIdentity each : List.of(inside, outside)) {
        assertThat(bench.await(Exited.class, exited -> exited.pid() == each.pid()).parentage())
            .isEqualTo(Parentage.STRAY);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsTheSessionOfACoordinatorThatDiedElsewhereIfItIsProvenToBeIts(Path binary)
      throws Exception {
    try (Workbench owner = new Workbench(directory, binary);
        Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator = owner.run("sleep 1000 & echo $! > pid; wait").launch();
      ProcessIdentity inner = owner.awaitPid("pid");
      owner.broker.close();
      bench.broker.watchExit(coordinator);
      bench.broker.signal(coordinator, Signal.KILL);
      bench.await(Gone.class, any -> true);
      while (new ProcessTable().find(coordinator.pid()).isPresent()) {
        Thread.onSpinWait(); // Until whoever inherited it collects it.
      }

      // Later than any of them, or of a coordinator that was dead when the first of them was born.
      assertThat(bench.broker.killTree(new ProcessIdentity(coordinator.pid(), Long.MAX_VALUE)))
          .isEmpty();
      assertThat(bench.broker.killTree(new TreeRoot(coordinator, coordinator.startTicks() - 1)))
          .isEmpty();
      assertThat(bench.broker.killTree(TreeRoot.child(coordinator))).isEmpty();
      assertThat(Workbench.isAlive(inner)).isTrue();
      assertThat(bench.broker.killTree(coordinator)).isEmpty();
      assertThat(Workbench.isAlive(inner)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsTheSessionOfADeadCoordinatorThatNobodyCollected(Path binary) throws Exception {
    try (Workbench owner = new Workbench(directory, binary);
        Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator = owner.run("sleep 1000 & echo $! > pid; wait").launch();
      ProcessIdentity inner = owner.awaitPid("pid");
      ProcessIdentity parent =
          identify(new ProcessTable().find(coordinator.pid()).orElseThrow().parent());
      bench.broker.signal(parent, Signal.STOP);
      bench.broker.watchExit(coordinator);
      bench.broker.signal(coordinator, Signal.KILL);
      bench.await(Gone.class, any -> true);

      // As from a checkpoint, which knows the time of a fork alone.
      assertThat(
              bench.broker.killTree(
                  new ProcessIdentity(coordinator.pid(), coordinator.startTicks() - 100)))
          .isEmpty();
      assertThat(Workbench.isAlive(inner)).isFalse();
      bench.broker.signal(parent, Signal.CONTINUE);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsAProcessTreeThatKeepsForking(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench
              .run(
                  "f() { (trap '' TERM; for i in 1 2 3; do sleep 0.01; done; f) & (sleep 0.005; exit); }; f; f; f; echo ok > started; sleep 1000")
              .launch();
      bench.awaitFile("started");

      assertThat(bench.broker.killTree(coordinator)).isEmpty();
      for (ProcessEntry entry : new ProcessTable().all()) {
        assertThat(entry.session() == coordinator.pid() && entry.isAlive()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void tellsOfFilesThatChange(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.broker.watchDirectory(bench.sandbox);
      bench.broker.watchDirectory(directory);
      Files.writeString(bench.sandbox.resolve("made ü"), "");
      assertThat(bench.broker.next()).isEqualTo(new Changed(bench.sandbox, "made ü"));
      Files.writeString(bench.sandbox.resolve("made ü"), "written");
      assertThat(bench.broker.next()).isEqualTo(new Changed(bench.sandbox, "made ü"));
      Files.move(bench.sandbox.resolve("made ü"), directory.resolve("moved"));
      bench.await(Changed.class, new Changed(directory, "moved")::equals);
      assertThatThrownBy(() -> bench.broker.watchDirectory(directory.resolve("nowhere")))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("nowhere");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void mergesChangesWhenItsJvmIsBehind(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.broker.watchDirectory(bench.sandbox);
      int writes = 200_000;
      try (var out = Files.newOutputStream(bench.sandbox.resolve("busy"))) {
        for (int i = 0; i < writes; i++) {
          out.write('x');
        }
      }
      bench.broker.echo(9);
      bench.await(Echoed.class, any -> true);

      assertThat(bench.seen).hasSizeBetween(2, writes / 4);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void wakesWhenAskedAndOnlyThen(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      long start = System.nanoTime();
      bench.broker.wakeAfter(Duration.ofHours(1));
      bench.broker.wakeAfter(Duration.ofMillis(150));
      assertThat(bench.broker.next()).isEqualTo(new TimerFired());
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(150), Duration.ofSeconds(15));

      while (!cancelsInTime(bench.broker)) {
        // It fires when this thread does not run for so long.
      }
      bench.broker.spawn(program("sleep", "2"));
      assertThat(bench.broker.next()).isInstanceOf(Exited.class);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void echoesWhatAnyThreadSays(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Thread other =
          new Thread(
              () -> {
                try {
                  bench.broker.echo(42);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      other.start();
      assertThat(bench.broker.next()).isEqualTo(new Echoed(42));
      other.join();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void launchesManyAtOnce(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      List<ProcessIdentity> coordinators = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Workbench.Run run = bench.run("exit 0");
        run.process = "p" + i;
        run.components = List.of(".logs", run.process, "0");
        run.checkpoint = directory.resolve("coordinator." + run.process);
        coordinators.add(run.launch());
      }
      for (ProcessIdentity coordinator : coordinators) {
        assertThat(CoordinatorEnd.of(bench.awaitExit(coordinator)))
            .isEqualTo(CoordinatorEnd.RECORDED);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(Records.read(directory.resolve("coordinator.p" + i))).hasSize(3);
      }
    }
  }

  private static boolean cancelsInTime(Broker broker) throws IOException {
    broker.wakeAfter(Duration.ofMillis(1500));
    broker.cancelWake();
    broker.echo(1);
    BrokerEvent event = broker.next();
    boolean fired = event.equals(new TimerFired());
    assertThat(fired ? broker.next() : event).isEqualTo(new Echoed(1));
    return !fired;
  }

  private int flock(Path file) throws Exception {
    return new ProcessBuilder("flock", "--nonblock", file.toString(), "true")
        .inheritIO()
        .start()
        .waitFor();
  }

  private static ProcessIdentity identify(int pid) throws IOException {
    return new ProcessTable().find(pid).orElseThrow().identity();
  }

  private static ProgramSpec program(String... command) {
    return new ProgramSpec(
        List.of(command),
        Map.of("PATH", Workbench.PATH),
        Optional.empty(),
        ProcessGroup.OWN,
        Optional.empty(),
        Optional.empty());
  }

  private static ProgramSpec sleeper(ProcessGroup group) {
    return new ProgramSpec(
        List.of("sleep", "1000"),
        Map.of("PATH", Workbench.PATH),
        Optional.empty(),
        group,
        Optional.empty(),
        Optional.empty());
  }
}

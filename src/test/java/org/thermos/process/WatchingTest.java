package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.Changed;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.BrokerEvent.Recorded;
import org.thermos.process.BrokerEvent.Warning;
import org.thermos.thrift.checkpoint.ProcessState;

/** How a JVM hears of records and of files: with inotify, without it, and when it comes back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchingTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource(BOTH)
  void tellsOfEachRecordOfItsCoordinatorsBeforeTheirEnd(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator = bench.run("while [ ! -e go ]; do sleep 0.01; done").launch();
      Recorded recorded = new Recorded(coordinator.pid());
      bench.await(Recorded.class, recorded::equals);
      while (bench.records().size() < 2) {
        bench.seen.add(bench.broker.next());
      }
      int broker = bench.brokerPid();
      assertThat(InotifyLimit.instancesOf(broker)).isZero();
      Files.createFile(bench.sandbox.resolve("go"));
      bench.awaitExit(coordinator);

      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
      List<BrokerEvent> ofCoordinator =
          bench.seen.stream()
              .filter(
                  event ->
                      event.equals(recorded)
                          || (event instanceof Exited exited && exited.pid() == coordinator.pid()))
              .toList();
      assertThat(ofCoordinator).hasSize(4).startsWith(recorded, recorded, recorded);
    }
  }

  /**
   * The pipe holds 128 words, and each has three to say, the first about a torn record: nothing
   * that the last of them say finds room while nobody listens.
   */
  @ParameterizedTest
  @MethodSource(BOTH)
  void aJvmThatIsBehindHoldsNoCoordinatorUpAndHearsOfAllOfThem(Path binary) throws Exception {
    int many = 80;
    Process broker = new ProcessBuilder(binary.toString(), "broker", "0", "1").start();
    Set<Integer> untold = new HashSet<>();
    List<ProcessIdentity> coordinators = new ArrayList<>();
    try (Workbench bench = new Workbench(directory, binary);
        DataInputStream events = new DataInputStream(broker.getInputStream());
        Broker cleaner = Broker.start(NativeBinary.locate())) {
      for (int i = 0; i < 20_000; i++) {
        broker.getOutputStream().write(new FrameWriter(Wire.ECHO, 0).i32(i).frame());
      }
      List<Path> checkpoints = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        Workbench.Run run = bench.run("exec sleep 1000");
        run.checkpoint = bench.directory.resolve("coordinator." + i);
        checkpoints.add(Files.writeString(run.checkpoint, "torn"));
        broker.getOutputStream().write(SpecFrames.launch(i + 1, run.spec()).frame());
      }
      broker.getOutputStream().flush();
      bench.broker.watchDirectory(bench.directory);
      for (Path checkpoint : checkpoints) {
        while (Records.read(checkpoint).size() < 2) {
          bench.broker.next();
        }
      }

      while (coordinators.size() < many || !untold.isEmpty()) {
        Frame frame = Frame.read(events);
        if (frame.type() == Wire.DONE) {
          coordinators.add(new ProcessIdentity(frame.i32(), frame.i64()));
          untold.add(coordinators.get(coordinators.size() - 1).pid());
        } else if (frame.type() == Wire.RECORDED) {
          untold.remove(frame.i32());
        }
      }
      for (ProcessIdentity coordinator : coordinators) {
        cleaner.killTree(coordinator);
      }
    } finally {
      broker.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void looksAtDirectoriesWhereInotifyIsNotToBeHad(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, InotifyLimit.none(), binary)) {
      bench.broker.watchDirectory(bench.sandbox);
      assertThat(bench.await(Warning.class, any -> true).text())
          .contains("unable to watch directories by inotify: ", "fs.inotify");
      Path other = Files.createDirectories(bench.directory.resolve("other"));
      bench.broker.watchDirectory(other);
      Changed changed = new Changed(bench.sandbox, "");

      Files.writeString(bench.sandbox.resolve("made"), "");
      assertThat(bench.broker.next()).isEqualTo(changed);
      Files.writeString(bench.sandbox.resolve("made"), "written");
      assertThat(bench.broker.next()).isEqualTo(changed);
      Files.writeString(bench.sandbox.resolve("made"), "changed");
      assertThat(bench.broker.next()).isEqualTo(changed);
      Files.move(bench.sandbox.resolve("made"), other.resolve("moved"));
      bench.await(Changed.class, new Changed(other, "")::equals);

      for (String wrong : List.of("nowhere", "console")) {
        assertThatThrownBy(() -> bench.broker.watchDirectory(directory.resolve(wrong)))
            .isInstanceOf(NativeException.class)
            .hasMessageContaining(wrong);
      }
      assertThat(bench.seen).filteredOn(Warning.class::isInstance).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void goesBackToInotifyAsSoonAsItIsToBeHadAndMissesNothing(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, InotifyLimit.none(), binary)) {
      bench.broker.watchDirectory(bench.sandbox);
      int broker = bench.brokerPid();
      assertThat(InotifyLimit.instancesOf(broker)).isZero();
      InotifyLimit.lift(broker);
      Changed named = new Changed(bench.sandbox, "file");
      Path file = Files.createFile(bench.sandbox.resolve("file"));
      // Each write is told, one way or the other.
      while (!nextChange(bench).equals(named)) {
        Files.writeString(file, "more", StandardOpenOption.APPEND);
      }

      assertThat(InotifyLimit.instancesOf(broker)).isOne();
    }
  }

  private static BrokerEvent nextChange(Workbench bench) throws IOException {
    int before = bench.seen.size();
    return bench.await(Changed.class, changed -> bench.seen.size() > before);
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void forgetsDirectories(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path other = Files.createDirectories(bench.directory.resolve("other"));
      bench.broker.watchDirectory(bench.sandbox);
      bench.broker.watchDirectory(other);
      bench.broker.watchDirectory(bench.sandbox);
      bench.broker.forgetDirectory(bench.sandbox);
      Files.createFile(bench.sandbox.resolve("unseen"));
      Files.createFile(other.resolve("seen"));
      assertThat(bench.broker.next()).isEqualTo(new Changed(other, "seen"));

      int broker = bench.brokerPid();
      bench.broker.forgetDirectory(other);
      bench.broker.forgetDirectory(bench.directory.resolve("never watched"));
      assertThat(InotifyLimit.instancesOf(broker)).isZero();
      bench.broker.watchDirectory(bench.sandbox);
      Files.createFile(bench.sandbox.resolve("again"));
      assertThat(nextChange(bench)).isEqualTo(new Changed(bench.sandbox, "again"));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void forgetsDirectoriesThatItLooksAt(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, InotifyLimit.none(), binary)) {
      Path other = Files.createDirectories(bench.directory.resolve("other"));
      bench.broker.watchDirectory(bench.sandbox);
      bench.broker.watchDirectory(other);
      bench.await(Warning.class, any -> true);
      bench.broker.forgetDirectory(bench.sandbox);
      Files.createFile(bench.sandbox.resolve("unseen"));
      Files.createFile(other.resolve("seen"));
      assertThat(nextChange(bench)).isEqualTo(new Changed(other, ""));
      bench.broker.forgetDirectory(other);
      Files.createFile(other.resolve("unseen"));
      bench.broker.wakeAfter(Duration.ofMillis(600));

      assertThat(bench.broker.next()).isEqualTo(new BrokerEvent.TimerFired());
    }
  }
}

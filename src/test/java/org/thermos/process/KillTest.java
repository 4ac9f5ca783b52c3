package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.thrift.checkpoint.ProcessState;
import org.thermos.thrift.checkpoint.ProcessStatus;

/** Kill means everything, whatever it is and however it forks. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KillTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  /** See src/test/c/trees.c. */
  private static final List<String> KINDS =
      List.of(
          "comet",
          "leaving-comet",
          "bomb",
          "leaving-bomb",
          "vforks",
          "execs",
          "headless",
          "traced",
          "deaf",
          "stopped");

  @TempDir Path directory;

  static Stream<Arguments> kinds() throws Exception {
    return Binaries.both()
        .flatMap(binary -> KINDS.stream().map(kind -> Arguments.of(binary, kind)));
  }

  static Stream<String> kindsAlone() {
    return KINDS.stream();
  }

  /** A run of one kind, in the background and twice removed, beside a command that waits. */
  private Workbench.Run run(Workbench bench, Trees trees, String kind) {
    Workbench.Run run =
        bench.run(
            "(setsid " + trees.command(kind) + " &); until [ -e go ]; do sleep 0.02; done; exit 3");
    trees.mark(run.environment);
    return run;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nothingOutlivesTheEndOfTheCommand(Path binary, String kind) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      assertThatNothingOutlivesTheEnd(bench, kind);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAlone")
  void nothingOutlivesTheEndOfTheCommandOnAnOldKernel(String kind) throws Exception {
    try (Workbench bench = new Workbench(directory, Binaries.sanitized(), "--old-kernel")) {
      assertThatNothingOutlivesTheEnd(bench, kind);
    }
  }

  private void assertThatNothingOutlivesTheEnd(Workbench bench, String kind) throws Exception {
    Trees trees = new Trees(bench.sandbox);
    ProcessIdentity coordinator = run(bench, trees, kind).launch();
    trees.awaitHeartbeat();
    Files.createFile(bench.sandbox.resolve("go"));
    bench.awaitExit(coordinator);

    trees.assertNothingLives();
    assertThat(bench.records().get(2).getReturn_code()).isEqualTo(3);
    assertThat(bench.complaints()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nothingOutlivesAnOrderToKill(Path binary, String kind) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Trees trees = new Trees(bench.sandbox);
      ProcessIdentity coordinator = run(bench, trees, kind).launch();
      trees.awaitHeartbeat();
      bench.broker.signal(coordinator, Signal.USER_2);
      bench.awaitExit(coordinator);

      trees.assertNothingLives();
      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(-9);
      assertThat(bench.complaints()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nothingOutlivesAForcedKill(Path binary, String kind) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Trees trees = new Trees(bench.sandbox);
      ProcessIdentity coordinator = run(bench, trees, kind).launch();
      trees.awaitHeartbeat();

      assertThat(bench.broker.killTree(coordinator)).isEmpty();
      trees.assertNothingLives();
    }
  }

  /**
   * Whoever was stopped as one of the tree must not stay so for ever as nobody's: a runner's broker
   * say, which is not swept up like others that lose their parent.
   */
  @ParameterizedTest
  @MethodSource(BOTH)
  void whoLosesItsParentWhileItIsStoppedIsKilledToo(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Trees trees = new Trees(bench.sandbox);
      for (int i = 0; i < 20; i++) {
        ProcessIdentity program = bench.broker.spawn(program(trees, "betrayed"));
        trees.awaitHeartbeat();

        assertThat(bench.broker.killTree(program)).isEmpty();
        trees.awaitSilence();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nothingOutlivesACoordinatorThatWasKilled(Path binary, String kind) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Trees trees = new Trees(bench.sandbox);
      ProcessIdentity coordinator = run(bench, trees, kind).launch();
      trees.awaitHeartbeat();
      long killed = System.nanoTime();
      bench.broker.signal(coordinator, Signal.KILL);
      bench.awaitExit(coordinator);

      // The broker has killed what it inherited before it told, and a forced kill finds nothing.
      if (System.nanoTime() - killed >= Workbench.SWEEP.toNanos()) {
        trees.awaitEnd(); // It may have run out of time, and tries again.
      }
      trees.assertNothingLives();
      assertThat(bench.broker.killTree(TreeRoot.child(coordinator))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void everyMemberIsToldToTerminateBeforeAnythingIsKilled(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      assertThatEveryMemberIsTold(bench);
    }
  }

  @Test
  void everyMemberIsToldToTerminateOnAnOldKernel() throws Exception {
    try (Workbench bench = new Workbench(directory, Binaries.sanitized(), "--old-kernel")) {
      assertThatEveryMemberIsTold(bench);
    }
  }

  private static void assertThatEveryMemberIsTold(Workbench bench) throws Exception {
    Trees trees = new Trees(bench.sandbox);
    Workbench.Run run = bench.run("exec " + trees.command("listeners"));
    trees.mark(run.environment);
    ProcessIdentity coordinator = run.launch();
    trees.awaitHeartbeat();
    bench.broker.signal(coordinator, Signal.TERMINATE);
    bench.awaitExit(coordinator);

    // Those that had stopped themselves, left the session or lost their parent no less.
    assertThat(told(bench)).hasSize(8);
    trees.assertNothingLives();
    assertThat(bench.records())
        .last()
        .extracting(ProcessStatus::getState)
        .isEqualTo(ProcessState.SUCCESS);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aHandlerOfTerminationMayStillStartPrograms(Path binary, String kind) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Trees trees = new Trees(bench.sandbox);
      Workbench.Run run =
          bench.run(
              "trap 'sleep 0.1 && sleep 0.1 && echo cleaned up > told; exit' TERM; (setsid "
                  + trees.command(kind)
                  + " &); while :; do sleep 0.02; done");
      trees.mark(run.environment);
      ProcessIdentity coordinator = run.launch();
      trees.awaitHeartbeat();
      bench.broker.signal(coordinator, Signal.TERMINATE);

      // None of them came too late to be told, nor did a stranger get what was meant for others.
      assertThat(bench.awaitFile("told")).isEqualTo("cleaned up");
      bench.broker.signal(coordinator, Signal.USER_2);
      bench.awaitExit(coordinator);
      trees.assertNothingLives();
    }
  }

  private static List<Path> told(Workbench bench) throws IOException {
    try (Stream<Path> files = Files.list(bench.sandbox)) {
      return files.filter(file -> file.getFileName().toString().contains(".told.")).toList();
    }
  }

  private static ProgramSpec program(Trees trees, String kind) {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", Workbench.PATH));
    trees.mark(environment);
    return new ProgramSpec(
        List.of("/bin/sh", "-c", "exec " + trees.command(kind)),
        environment,
        Optional.empty(),
        ProgramSpec.ProcessGroup.OWN,
        Optional.empty(),
        Optional.empty());
  }
}

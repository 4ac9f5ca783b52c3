package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.LogSpec.Destination;
import org.thermos.process.LogSpec.Mode;
import org.thermos.process.LogSpec.Rotate;
import org.thermos.process.LogSpec.Standard;
import org.thermos.thrift.checkpoint.ProcessState;

/** Where output goes (processes 4.7). */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogsTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  @TempDir Path directory;

  static Stream<Arguments> destinationsAndModes() throws Exception {
    List<Mode> modes = List.of(new Standard(), new Rotate(1000, 2));
    return Binaries.both()
        .flatMap(
            binary ->
                Stream.of(Destination.values())
                    .flatMap(
                        destination ->
                            modes.stream().map(mode -> Arguments.of(binary, destination, mode))));
  }

  @ParameterizedTest
  @MethodSource("destinationsAndModes")
  void sendsOutputWhereItIsToldTo(Path binary, Destination destination, Mode mode)
      throws Exception {
    boolean file = destination == Destination.FILE || destination == Destination.BOTH;
    boolean console = destination == Destination.CONSOLE || destination == Destination.BOTH;
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("echo out; echo err >&2");
      run.destination = destination;
      run.mode = mode;
      run.toEnd();

      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
      assertThat(logs(bench))
          .containsExactlyElementsOf(file ? List.of("stderr", "stdout") : List.of());
      if (file) {
        assertThat(bench.log("stdout")).isEqualTo("out\n");
        assertThat(bench.log("stderr")).isEqualTo("err\n");
      }
      // The broker's standard error is the console of both outputs here.
      assertThat(Files.readString(bench.console).lines())
          .containsExactlyInAnyOrderElementsOf(console ? List.of("out", "err") : List.of());
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void rotatesAsTheOriginalDoes(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      // Each line is written after the last has arrived, so that each is read by itself.
      Workbench.Run run =
          bench.run(
              """
              log=.logs/p/0/stderr
              for i in {10..40}; do
                echo line$i >&2
                until [ "$(stat -c %s $log 2>/dev/null)" = $(((i - 9) % 10 * 7)) ]; do :; done
              done
              """);
      run.mode = new Rotate(70, 2);
      run.toEnd();

      assertThat(logs(bench)).containsExactly("stderr", "stderr.1", "stderr.2", "stdout");
      assertThat(bench.log("stderr").lines()).containsExactly("line40");
      assertThat(bench.log("stderr.1").lines()).hasSize(10).startsWith("line30").endsWith("line39");
      assertThat(bench.log("stderr.2").lines()).hasSize(10).startsWith("line20").endsWith("line29");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void appendsInStandardModeAndStartsAnewInRotateMode(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path log = Files.createDirectories(bench.sandbox.resolve(".logs/p/0")).resolve("stdout");
      Files.writeString(log, "before\n");
      Workbench.Run run = bench.run("echo after");
      run.toEnd();
      assertThat(log).hasContent("before\nafter\n");

      run.waitingSeq = 4;
      run.mode = new Rotate(1000, 1);
      run.toEnd();
      assertThat(log).hasContent("after\n");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void losesNothingOfALotOfOutput(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("seq 1 200000");
      run.destination = Destination.BOTH;
      run.toEnd();

      assertThat(bench.log("stdout").lines()).hasSize(200000).endsWith("200000");
      assertThat(bench.console).hasSameTextualContentAs(bench.sandbox.resolve(".logs/p/0/stdout"));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void endsARunInPipeModeWhenItsPipesEnd(Path binary) throws Exception {
    // As the original: a job in the background that holds a pipe delays the end record.
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("(sleep 0.3; echo late) & exit 3");
      run.mode = new Rotate(1000, 1);
      run.toEnd();

      assertThat(bench.log("stdout")).isEqualTo("late\n");
      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void goesOnWhenTheLogDirectoryIsTakenAway(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run =
          bench.run("rm -r .logs; for i in {1..100}; do echo $i; done; echo done > result");
      run.mode = new Rotate(10, 2);
      run.toEnd();

      assertThat(bench.sandbox.resolve("result")).hasContent("done");
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
      assertThat(bench.complaints()).singleElement().asString().contains("unable to open stdout");
    }
  }

  private static List<String> logs(Workbench bench) throws IOException {
    try (Stream<Path> files = Files.list(bench.sandbox.resolve(".logs/p/0"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}

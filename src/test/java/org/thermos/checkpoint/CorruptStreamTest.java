package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged streams on which the original's readers were run: what we make of them, and what the
 * original did. The undamaged stream is of a runner that was killed while its process "a" was
 * running.
 */
class CorruptStreamTest {
  private static final String UNDAMAGED = "recover_done_meanwhile";

  @TempDir private Path directory;

  /**
   * The stream of the runner. "goes on" tells whether a runner can recover from it. The original's
   * runner either goes on (rc 0) or exits 1 each time it is started; its viewer ("read") shows the
   * task or nothing.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // case,                  we: problem,      at,  goes on, state of a | original: viewer, runner
    "empty_runner,            none,             0,   true,    none,        nothing,          rc 0 but the task is stuck",
    "missing_header,          none,             182, true,    RUNNING,     nothing,          rc 0",
    "truncated_len_prefix,    TORN_TAIL,        406, true,    RUNNING,     nothing,          rc 1",
    "truncated_frame,         TORN_TAIL,        353, true,    FORKED,      nothing,          rc 1",
    "len_beyond_eof,          TORN_TAIL,        353, true,    FORKED,      nothing,          rc 1",
    "garbage_payload,         TORN_TAIL,        353, true,    FORKED,      nothing,          rc 1",
    "zeros_tail,              TORN_TAIL,        406, true,    RUNNING,     nothing,          rc 1",
    "oversize_len,            CORRUPT,          300, false,   WAITING,     nothing,          rc 1",
    "empty_union_record,      CORRUPT,          300, false,   WAITING,     error,            rc 1",
    "bad_field_type,          TORN_TAIL,        353, true,    FORKED,      error,            rc 1",
    "duplicate_header,        OUT_OF_ORDER,     265, true,    RUNNING,     error,            rc 1",
    "duplicate_process_record,OUT_OF_ORDER,     353, true,    RUNNING,     error,            rc 0",
  })
  void runnerStreams(
      String name,
      String problem,
      long offset,
      boolean appendable,
      String state,
      String viewer,
      String runner)
      throws Exception {
    LoadedCheckpoint loaded =
        CheckpointLoader.load(GoldenStream.runner("corrupt_" + name, "root_before"));

    assertThat(loaded.problem().map(found -> found.kind().name()).orElse("none"))
        .isEqualTo(problem);
    assertThat(loaded.problem().map(CheckpointProblem::offset).orElse(loaded.end()))
        .isEqualTo(offset);
    assertThat(loaded.isAppendable()).isEqualTo(appendable);
    assertThat(loaded.history().lastRun("a").map(run -> run.state().name()).orElse("none"))
        .isEqualTo(state);
    assertThat(loaded.history().state()).isEqualTo(TaskState.ACTIVE);
  }

  /**
   * The stream of the coordinator, whose last record says that "a" failed. The original's runner
   * hangs, or ends with rc 103.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "corrupt_coord_garbage_tail, Torn, 106",
    "corrupt_coord_oversize_len, Corrupt, 106",
    "recover_done_meanwhile,     End,  159",
  })
  void coordinatorStreams(String scenario, String stop, long offset) throws Exception {
    String root = scenario.startsWith("corrupt") ? "root_before" : "root_after_sigkill";
    CheckpointTail tail = new CheckpointTail(GoldenStream.file(scenario, root, "coordinator.a"));

    ReadResult.Stop end = tail.readNew(intact -> {});

    assertThat(end.getClass().getSimpleName()).isEqualTo(stop);
    assertThat(end.offset()).isEqualTo(offset);
  }

  @Test
  void noCaseIsForgotten() throws Exception {
    try (Stream<Path> cases = Files.list(GoldenStream.directory())) {
      assertThat(cases.filter(file -> file.getFileName().toString().startsWith("corrupt_")).count())
          .isEqualTo(12 + 2 + 1); // the last one is a coordinator stream that is missing, see
      // CheckpointTailTest
    }
  }

  /**
   * Two cases of which only the description is left: an empty frame, and a record that is missing,
   * in the middle of a stream.
   */
  @Test
  void anEmptyFrameInTheMiddleIsDamage() throws Exception {
    byte[] bytes = Files.readAllBytes(GoldenStream.runner(UNDAMAGED, "root_after_sigkill"));

    LoadedCheckpoint loaded =
        load(slice(bytes, 0, 300), new byte[4], slice(bytes, 300, bytes.length));

    assertThat(loaded.problem().orElseThrow().kind()).isEqualTo(CheckpointProblem.Kind.CORRUPT);
    assertThat(loaded.problem().orElseThrow().offset()).isEqualTo(300);
  }

  @Test
  void whatFollowsAMissingRecordIsSkippedForTheCoordinatorsStreamHasItToo() throws Exception {
    byte[] bytes = Files.readAllBytes(GoldenStream.runner(UNDAMAGED, "root_after_sigkill"));

    LoadedCheckpoint loaded = load(slice(bytes, 0, 300), slice(bytes, 353, bytes.length));

    assertThat(loaded.problem().orElseThrow().kind())
        .isEqualTo(CheckpointProblem.Kind.OUT_OF_ORDER);
    assertThat(loaded.isAppendable()).isTrue();
    assertThat(loaded.history().lastRun("a").orElseThrow().state()).isEqualTo(ProcessState.WAITING);
    CheckpointDispatcher dispatcher = new CheckpointDispatcher(loaded.history());
    for (ReadResult result :
        GoldenStream.read(GoldenStream.file(UNDAMAGED, "root_after_sigkill", "coordinator.a"))) {
      if (result instanceof ReadResult.Intact intact) {
        assertThat(dispatcher.dispatch(intact.record(), CheckpointDispatcher.Mode.STRICT)).isTrue();
      }
    }
    assertThat(loaded.history().lastRun("a").orElseThrow().returnCode()).hasValue(4);
  }

  private LoadedCheckpoint load(byte[]... parts) throws IOException {
    Path file = directory.resolve("runner");
    try (var out = Files.newOutputStream(file)) {
      for (byte[] part : parts) {
        out.write(part);
      }
    }
    return CheckpointLoader.load(file);
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }
}

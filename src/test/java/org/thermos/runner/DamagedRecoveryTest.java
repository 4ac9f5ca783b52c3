package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.checkpoint.CheckpointRecord;
import org.thermos.checkpoint.DamagedStream;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Task;
import org.thermos.config.TaskTemplate;
import org.thermos.log.Log;
import org.thermos.plan.RunLimit;

/**
 * A runner that finds its stream, or a coordinator's, cut or damaged at any byte: it goes on from
 * what is right, or says where it cannot.
 */
@Timeout(120)
class DamagedRecoveryTest {
  private static final Moment NOW =
      new Moment(Instant.parse("2026-11-22T00:00:00Z"), Duration.ofDays(1));

  @TempDir private Path directory;

  static List<DamagedStream> runners() throws IOException {
    return DamagedStream.runners().stream().filter(stream -> taskFile(stream).isPresent()).toList();
  }

  static List<DamagedStream> coordinators() throws IOException {
    // The files of some names that are not ASCII were renamed.
    return DamagedStream.coordinators().stream()
        .filter(stream -> records(stream, 0, 1).get(0).process().equals(stream.process()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("runners")
  void aCutStreamIsThatOfAnEarlierMoment(DamagedStream stream) throws Exception {
    Task task = taskOf(stream);
    stream.cutAnywhere(
        (cut, length) -> {
          Recovery recovery = recover(task, cut);
          int whole = stream.recordsBefore(length);

          assertThat(recovery.refusal).isEmpty();
          assertThat(recovery.end).isEqualTo(stream.startOf(whole));
          assertThat(recovery.state).isEqualTo(stateAfter(task, stream, whole));
          assertThat(recovery.log).hasSize(recovery.end == length ? 0 : 1);
          assertThat(recovery.log).allMatch(line -> line.contains("offset " + recovery.end));
        });
  }

  @ParameterizedTest
  @MethodSource("runners")
  void aDamagedStreamIsRefusedOrGoneOnWith(DamagedStream stream) throws Exception {
    Task task = taskOf(stream);
    stream.changeAnywhere(
        (damaged, at) -> {
          Recovery recovery = recover(task, damaged);
          int whole = stream.recordsBefore(at);

          if (!recovery.refusal.isEmpty()) {
            assertThat(recovery.refusal).contains(file() + ": offset ");
            assertThat(Files.readAllBytes(file())).isEqualTo(damaged);
          } else if (recovery.end < damaged.length) {
            assertThat(whole)
                .as("only the last record is torn")
                .isEqualTo(stream.records().size() - 1);
            assertThat(recovery.end).isEqualTo(stream.startOf(whole));
            assertThat(recovery.state).isEqualTo(stateAfter(task, stream, whole));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("coordinators")
  void aCutStreamOfACoordinatorIsThatOfAnEarlierMoment(DamagedStream stream) throws Exception {
    stream.cutAnywhere(
        (cut, length) -> {
          List<String> log = new ArrayList<>();
          List<ProcessStatus> read = read(stream, cut, log);

          assertThat(read).isEqualTo(records(stream, 0, stream.recordsBefore(length)));
          assertThat(log).isEmpty();
        });
  }

  @ParameterizedTest
  @MethodSource("coordinators")
  void ofADamagedStreamOfACoordinatorIsReadWhatIsRight(DamagedStream stream) throws Exception {
    stream.changeAnywhere(
        (damaged, at) -> {
          List<String> log = new ArrayList<>();
          List<ProcessStatus> read = read(stream, damaged, log);
          int whole = stream.recordsBefore(at);
          int all = stream.records().size();

          assertThat(read.subList(0, whole)).isEqualTo(records(stream, 0, whole));
          assertThat(log).hasSizeLessThan(2);
          assertThat(log).allMatch(line -> line.contains("offset " + stream.startOf(whole)));
          if (read.size() > whole) {
            // Another record, or one of another process, which is left out.
            assertThat(log).isEmpty();
            assertThat(read)
                .endsWith(records(stream, whole + 1, all).toArray(ProcessStatus[]::new));
            assertThat(read.size()).isBetween(all - 1, all);
          }
        });
  }

  @Test
  void aDamagedOrderToEndTheTaskIsObeyedOrRefused() throws Exception {
    MemoryFile file = new MemoryFile();
    StopOrder order = new StopOrder(TaskState.KILLED, NOW.uptime().plusSeconds(30));
    new StopFile(file, "boot").write(order, NOW);
    for (byte[] damaged : damages(file.content())) {
      try {
        assertThat(new StopFile(new MemoryFile(damaged), "boot").read(NOW).map(StopOrder::outcome))
            .isIn(Optional.empty(), Optional.of(TaskState.KILLED), Optional.of(TaskState.LOST));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
  }

  @Test
  void damagedClocksAreOthersOrNone() throws Exception {
    List<String> log = new ArrayList<>();
    MemoryFile file = new MemoryFile();
    ClockLog clocks = ClockLog.read(file, "boot", collecting(log));
    clocks.keep(0, NOW);
    clocks.keep(300, new Moment(NOW.wall().plusSeconds(3600), NOW.uptime()));
    for (byte[] damaged : damages(file.content())) {
      ClockLog read = ClockLog.read(new MemoryFile(damaged), "boot", collecting(log));

      assertThat(read.at(200, NOW).uptimeOf(NOW.wall())).isLessThanOrEqualTo(NOW.uptime());
      read.keep(400, NOW);
    }
    assertThat(log).isEmpty();
  }

  /** Cut at every byte, and with every byte changed to many others. */
  private static List<byte[]> damages(byte[] content) {
    List<byte[]> damages = new ArrayList<>();
    for (int at = 0; at < content.length; at++) {
      damages.add(Arrays.copyOf(content, at));
      for (int bits = 1; bits <= 0xff; bits += 2) {
        byte[] damaged = content.clone();
        damaged[at] ^= (byte) bits;
        damages.add(damaged);
      }
    }
    return damages;
  }

  /** What a runner made of a stream. */
  private record Recovery(String refusal, long end, String state, List<String> log) {}

  private Recovery recover(Task task, byte[] content) throws Exception {
    DamagedStream.write(content, file());
    List<String> log = new ArrayList<>();
    TaskProgress progress = TaskProgress.of(task, new RunLimit(100));
    try {
      ClockLog clocks = ClockLog.read(new MemoryFile(), "boot", collecting(log));
      long end = StreamReplay.of(file(), progress, clocks, NOW, collecting(log));
      return new Recovery("", end, state(progress), log);
    } catch (RunnerException e) {
      return new Recovery(e.getMessage(), 0, "", log);
    }
  }

  private Path file() {
    return directory.resolve("runner");
  }

  private List<ProcessStatus> read(DamagedStream stream, byte[] content, List<String> log)
      throws IOException {
    TaskPaths paths = TaskPaths.of(directory, "task");
    Files.createDirectories(paths.checkpoints());
    DamagedStream.write(content, paths.processCheckpoint(stream.process()));
    CoordinatorStreams streams = new CoordinatorStreams(paths, collecting(log));
    List<ProcessStatus> read = new ArrayList<>(streams.readNew(stream.process()));
    assertThat(streams.readNew(stream.process())).as("each record is read once").isEmpty();
    return read;
  }

  private static List<ProcessStatus> records(DamagedStream stream, int from, int to) {
    List<ProcessStatus> records = new ArrayList<>();
    for (ReadResult.Intact intact : stream.records().subList(Math.min(from, to), to)) {
      records.add((ProcessStatus) intact.record());
    }
    return records;
  }

  private static String stateAfter(Task task, DamagedStream stream, int records) throws Exception {
    TaskProgress progress = TaskProgress.of(task, new RunLimit(100));
    for (ReadResult.Intact intact : stream.records().subList(0, records)) {
      CheckpointRecord record = intact.record();
      progress.replay(record, NOW);
    }
    return state(progress);
  }

  private static String state(TaskProgress progress) {
    StringBuilder state = new StringBuilder().append(progress.state()).append(progress.header());
    for (ProcessConfig process : progress.task().processes()) {
      String name = process.name();
      state.append(name).append(progress.lastRun(name)).append(progress.nextSeq(name));
    }
    return state.append(progress.openRuns()).toString();
  }

  private static Task taskOf(DamagedStream stream) throws Exception {
    return TaskTemplate.parseLeniently(Files.readAllBytes(taskFile(stream).orElseThrow()));
  }

  /** The task as given to the original's runner or, where that was not kept, as it stored it. */
  private static Optional<Path> taskFile(DamagedStream stream) {
    try (Stream<Path> files = Files.walk(stream.scenario())) {
      return files
          .filter(file -> file.endsWith("task.json") || file.toString().contains("/tasks/"))
          .filter(Files::isRegularFile)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Log collecting(List<String> lines) {
    return new Log() {
      @Override
      public void info(String message) {}

      @Override
      public void error(String message) {
        lines.add(message);
      }
    };
  }
}

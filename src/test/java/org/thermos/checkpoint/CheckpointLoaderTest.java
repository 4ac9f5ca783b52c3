package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointLoaderTest {
  @TempDir private Path directory;

  @Test
  void aStreamWithoutHeaderStillTells() throws Exception {
    LoadedCheckpoint loaded =
        load(List.of(Records.task(TaskState.ACTIVE), ProcessStatus.waiting(0, "p")));

    assertThat(loaded.problem()).isEmpty();
    assertThat(loaded.history().header()).isEmpty();
    assertThat(loaded.history().processes()).containsExactly("p");
  }

  @Test
  void aRecordThatDoesNotFitEndsTheStoryThereWithAReason() throws Exception {
    List<CheckpointRecord> records = new ArrayList<>(Records.run(0, "p"));
    int end = length(records);
    records.add(Records.process(4, "p", ProcessState.RUNNING));
    records.add(ProcessStatus.waiting(4, "p"));

    LoadedCheckpoint loaded = load(records);

    assertThat(loaded.problem())
        .contains(
            new CheckpointProblem(
                CheckpointProblem.Kind.OUT_OF_PROTOCOL,
                end,
                "Detected invalid state transition SUCCESS => "
                    + RecordText.of(Records.process(4, "p", ProcessState.RUNNING))));
    assertThat(loaded.end()).isEqualTo(end);
    assertThat(loaded.isAppendable()).isFalse();
    assertThat(loaded.history().runs("p")).hasSize(1);
  }

  @Test
  void ofSkippedRecordsTheFirstIsNamedUnlessWorseComes() throws Exception {
    List<CheckpointRecord> records = new ArrayList<>(Records.run(0, "p"));
    int first = length(records);
    records.add(Records.process(1, "p", ProcessState.FORKED));
    records.add(Records.process(2, "p", ProcessState.RUNNING));
    records.add(Records.task(TaskState.SUCCESS));

    LoadedCheckpoint loaded = load(records);
    assertThat(loaded.problem())
        .hasValueSatisfying(
            problem -> {
              assertThat(problem.kind()).isEqualTo(CheckpointProblem.Kind.OUT_OF_ORDER);
              assertThat(problem.offset()).isEqualTo(first);
            });
    assertThat(loaded.end()).isEqualTo(length(records));
    assertThat(loaded.history().state()).isEqualTo(TaskState.SUCCESS);

    records.add(Records.task(TaskState.ACTIVE));
    assertThat(load(records).problem().orElseThrow().kind())
        .isEqualTo(CheckpointProblem.Kind.OUT_OF_PROTOCOL);
  }

  @Test
  void aMissingFileIsTheCallersCase() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> CheckpointLoader.load(directory.resolve("none")));
  }

  /**
   * Twenty-five thousand runs fit into the runner's small heap with room to spare, and take a
   * moment.
   */
  @Test
  void aHundredThousandRecordsAreFewMegabytes() throws Exception {
    List<CheckpointRecord> records = new ArrayList<>();
    for (int run = 0; run < 25_000; run++) {
      records.addAll(Records.run(4L * (run / 100), "process" + run % 100));
    }
    Path file = write(records);
    records.clear();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    CheckpointLoader.load(file);
    long used = usedMemory();
    LoadedCheckpoint loaded = CheckpointLoader.load(file);
    used = usedMemory() - used;
    long allocated = threads.getCurrentThreadAllocatedBytes();
    CheckpointLoader.load(file);
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;

    assertThat(loaded.problem()).isEmpty();
    assertThat(loaded.history().runs("process7")).hasSize(250);
    assertThat(used).isLessThan(8_000_000);
    assertThat(allocated / 100_000).as("bytes of garbage a record").isLessThan(3_000);
  }

  private static long usedMemory() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private LoadedCheckpoint load(List<CheckpointRecord> records) throws IOException {
    return CheckpointLoader.load(write(records));
  }

  private Path write(List<CheckpointRecord> records) throws IOException {
    Path file = directory.resolve("runner");
    Files.write(file, new byte[0]);
    try (RecordLog log = RecordLog.open(file, 0)) {
      log.append(records);
    }
    return file;
  }

  private static int length(List<CheckpointRecord> records) {
    return records.stream().mapToInt(record -> Records.frame(record).length).sum();
  }
}

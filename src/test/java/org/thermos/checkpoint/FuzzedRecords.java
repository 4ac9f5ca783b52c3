package org.thermos.checkpoint;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.fuzz.FuzzInput;

/**
 * Records made of a fuzzer's bytes, such that likely sequences are cheap to find: by default a
 * process' next record has the next number.
 */
public final class FuzzedRecords {
  /** The processes that records speak of; the last one belongs to no task. */
  public static final List<String> PROCESSES = List.of("a", "b", "final", "stranger");

  private static final int MOST = 256;
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final TaskState[] TASK_STATES = TaskState.values();
  private static final ProcessState[] PROCESS_STATES = ProcessState.values();

  private FuzzedRecords() {}

  public static List<CheckpointRecord> of(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    long[] seqs = new long[PROCESSES.size()];
    List<CheckpointRecord> records = new ArrayList<>();
    while (!input.isEmpty() && records.size() < MOST) {
      int kind = input.u8();
      records.add(
          switch (kind & 7) {
            case 0 -> header(input);
            case 1 ->
                new TaskStatus(TASK_STATES[input.below(TASK_STATES.length)], time(input), 42, 0);
            default -> process(kind >> 3, input, seqs);
          });
    }
    return records;
  }

  private static RunnerHeader header(FuzzInput input) {
    return new RunnerHeader(
        "task-" + input.below(2),
        START,
        Path.of("/sandbox"),
        "host",
        "root",
        Map.of(),
        Optional.empty(),
        OptionalInt.empty());
  }

  private static ProcessStatus process(int how, FuzzInput input, long[] seqs) {
    int process = how & 3;
    int shape = input.u8();
    ProcessState state = PROCESS_STATES[(shape & 7) % PROCESS_STATES.length];
    long seq = seqs[process];
    if ((shape & 8) != 0) {
      seq = (shape & 16) != 0 ? input.i64() : seq + (byte) input.u8();
    }
    seqs[process] = seq + 1;
    boolean bare = (shape & 32) != 0;
    OptionalInt number =
        bare ? OptionalInt.empty() : OptionalInt.of((shape & 64) != 0 ? input.i32() : 77);
    Optional<Instant> time = bare ? Optional.empty() : Optional.of(time(input));
    return new ProcessStatus(
        seq, PROCESSES.get(process), state, number, time, number, time, time, number);
  }

  private static Instant time(FuzzInput input) {
    int offset = input.u8();
    // Mostly near the others, sometimes anywhere that a record can say.
    return offset == 255
        ? Instant.ofEpochSecond(input.i64() % 99_999_999_999L)
        : START.plusSeconds(offset - 100);
  }
}

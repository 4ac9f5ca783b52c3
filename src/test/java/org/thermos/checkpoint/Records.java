package org.thermos.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Records, and streams of them, for tests. */
final class Records {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

  private Records() {}

  static RunnerHeader header(String taskId) {
    return new RunnerHeader(
        taskId,
        NOON,
        Path.of("/sandbox"),
        "host",
        "user",
        Map.of("http", 80L),
        Optional.of(Path.of("/sandbox/.logs")),
        OptionalInt.of(1000));
  }

  static TaskStatus task(TaskState state) {
    return new TaskStatus(state, NOON, 42, 0);
  }

  /** A process record with all that its state asks for. */
  static ProcessStatus process(long seq, String process, ProcessState state) {
    return switch (state) {
      case WAITING -> ProcessStatus.waiting(seq, process);
      case FORKED -> ProcessStatus.forked(seq, process, 100, NOON.plusSeconds(1));
      case RUNNING -> ProcessStatus.running(seq, process, 101, NOON.plusSeconds(2));
      case SUCCESS -> ProcessStatus.ended(seq, process, state, NOON.plusSeconds(3), 0);
      case FAILED -> ProcessStatus.ended(seq, process, state, NOON.plusSeconds(3), 7);
      case KILLED -> ProcessStatus.ended(seq, process, state, NOON.plusSeconds(3), -9);
      case LOST -> ProcessStatus.lost(seq, process);
    };
  }

  /** The records of one run that ends well, the first of them numbered {@code seq}. */
  static List<ProcessStatus> run(long seq, String process) {
    return List.of(
        process(seq, process, ProcessState.WAITING),
        process(seq + 1, process, ProcessState.FORKED),
        process(seq + 2, process, ProcessState.RUNNING),
        process(seq + 3, process, ProcessState.SUCCESS));
  }

  static byte[] frame(byte[] payload) {
    return ByteBuffer.allocate(RecordReader.FRAME_HEADER + payload.length)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  static byte[] frame(CheckpointRecord record) {
    return frame(RecordCodec.encode(record));
  }
}

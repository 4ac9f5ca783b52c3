package org.thermos.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.thermos.checkpoint.ProcessStatus;
import org.thermos.checkpoint.ReadResult;
import org.thermos.checkpoint.RecordReader;
import org.thermos.checkpoint.SimulatedFile;

/** The files of one task on a disk that keeps what was synced, and may be full for a while. */
final class SimulatedDisk {
  private final SimulatedTime time;
  private final Random random;
  private final SimulatedFile runnerStream = new SimulatedFile("runner");
  private final SimulatedSmallFile<StopOrder> stopFile = new SimulatedSmallFile<>();
  private final SimulatedSmallFile<Void> clockFile = new SimulatedSmallFile<>();
  private final Map<String, SimulatedFile> coordinatorStreams = new LinkedHashMap<>();

  /** Each whole record that is in a coordinator's stream, by its number. */
  private final Map<String, Map<Long, ProcessStatus>> spoken = new LinkedHashMap<>();

  private long troubleUntil;

  SimulatedDisk(SimulatedTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  SimulatedFile runnerStream() {
    return runnerStream;
  }

  /** Its meaning has the deadline in the time of the simulated world. */
  SimulatedSmallFile<StopOrder> stopFile() {
    return stopFile;
  }

  SimulatedSmallFile<Void> clockFile() {
    return clockFile;
  }

  SimulatedFile coordinatorStream(String process) {
    return coordinatorStreams.computeIfAbsent(process, SimulatedFile::new);
  }

  void append(ProcessStatus status) {
    byte[] frame = SimulatedFile.frame(status);
    coordinatorStream(status.process()).append(frame, frame.length);
    spoken
        .computeIfAbsent(status.process(), process -> new LinkedHashMap<>())
        .put(status.seq(), status);
  }

  /** What a coordinator has said under this number, if it did and the disk still has it. */
  Optional<ProcessStatus> spoken(String process, long seq) {
    return Optional.ofNullable(spoken.getOrDefault(process, Map.of()).get(seq));
  }

  /** What a coordinator finds when it has claimed its stream: a torn end is cut off. */
  long lastSeq(String process) {
    SimulatedFile file = coordinatorStream(process);
    long last = -1;
    RecordReader reader = file.read(0);
    for (ProcessStatus status : statuses(readAll(reader))) {
      last = status.seq();
    }
    file.truncate((int) reader.offset());
    return last;
  }

  void troubleFor(long micros) {
    time.trace("disk", "fails for", micros / 1000, "ms");
    troubleUntil = Math.max(troubleUntil, time.micros() + micros);
  }

  boolean hasHadTrouble() {
    return troubleUntil > 0;
  }

  long troubleUntil() {
    return troubleUntil;
  }

  boolean isTroubled() {
    return time.micros() < troubleUntil;
  }

  /** Whether this operation is one that fails. */
  boolean fails() {
    return isTroubled() && random.nextInt(5) > 0;
  }

  void powerCut() {
    troubleUntil = Math.min(troubleUntil, time.micros());
    runnerStream.powerCut(random);
    stopFile.powerCut(random);
    clockFile.powerCut(random);
    coordinatorStreams.forEach(
        (process, file) -> {
          file.powerCut(random);
          Map<Long, ProcessStatus> left = new LinkedHashMap<>();
          for (ProcessStatus status : statuses(readAll(file.read(0)))) {
            left.put(status.seq(), status);
          }
          spoken.put(process, left);
        });
  }

  /** All whole records from where the reader stands; it then stands where they end. */
  static List<ReadResult.Intact> readAll(RecordReader reader) {
    List<ReadResult.Intact> records = new ArrayList<>();
    try {
      ReadResult result = reader.next();
      while (result instanceof ReadResult.Intact intact) {
        records.add(intact);
        result = reader.next();
      }
      if (result instanceof ReadResult.Corrupt corrupt) {
        throw new Violation(
            "a stream is never damaged in the middle", corrupt.offset() + ": " + corrupt.reason());
      }
      return records;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<ProcessStatus> statuses(List<ReadResult.Intact> records) {
    List<ProcessStatus> statuses = new ArrayList<>();
    for (ReadResult.Intact intact : records) {
      statuses.add((ProcessStatus) intact.record());
    }
    return statuses;
  }
}

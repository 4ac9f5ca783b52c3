package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.log.Log;

/**
 * Keeps what the wall clock was worth when records were written, so that a step of it does not
 * change how long ago something was (gaps 9.1 #13, #15). A line for each value: boot, offset in the
 * task's stream from which it holds, and what the wall clock would have said at that boot, in
 * microseconds.
 */
final class ClockLog {
  /** How far the clocks may drift apart before another line is due. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  /** The oldest lines go first: nothing is due any more by what they say. */
  private static final int MAX_LINES = 1000;

  private static final int LIMIT = MAX_LINES * 100;

  private record Line(String bootId, long offset, Instant bootedAt) {
    static Optional<Line> of(String text) {
      String[] fields = text.split(" ", -1);
      try {
        return Optional.of(
            new Line(
                fields[0],
                Long.parseLong(fields[1]),
                Instant.EPOCH.plusNanos(Math.multiplyExact(Long.parseLong(fields[2]), 1000))));
      } catch (IndexOutOfBoundsException | NumberFormatException | ArithmeticException e) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      long micros = Math.floorDiv(Duration.between(Instant.EPOCH, bootedAt).toNanos(), 1000);
      return bootId + " " + offset + " " + micros + "\n";
    }
  }

  private final SmallFile file;
  private final String bootId;
  private final List<Line> lines = new ArrayList<>();

  private ClockLog(SmallFile file, String bootId) {
    this.file = file;
    this.bootId = bootId;
  }

  /**
   * What was kept so far. What cannot be read is as if it had not been kept, and said in the log.
   */
  static ClockLog read(SmallFile file, String bootId, Log log) {
    ClockLog kept = new ClockLog(file, bootId);
    try {
      byte[] content = file.read(LIMIT).orElse(new byte[0]);
      new String(content, StandardCharsets.US_ASCII)
          .lines()
          .forEach(text -> Line.of(text).ifPresent(kept.lines::add));
    } catch (IOException e) {
      log.error("going by the wall clock of today: " + e.getMessage());
    }
    return kept;
  }

  /**
   * The clock by which the record at this offset was written.
   *
   * @param now where no such clock is known, or it was another boot's, it is taken for today's
   */
  RecordedClock at(long offset, Moment now) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      Line line = lines.get(i);
      if (line.offset <= offset) {
        return line.bootId.equals(bootId)
            ? new Moment(line.bootedAt.plus(now.uptime()), now.uptime())
            : now;
      }
    }
    return now;
  }

  /** When the machine was booted this time, by the wall clock as it was whenever it was kept. */
  List<Instant> bootTimes() {
    return lines.stream().filter(line -> line.bootId.equals(bootId)).map(Line::bootedAt).toList();
  }

  /**
   * Keeps the present clock durably, unless the last one kept is as good.
   *
   * @param offset where the next record will lie
   */
  void keep(long offset, Moment now) throws IOException {
    if (!lines.isEmpty()) {
      Line last = lines.get(lines.size() - 1);
      Duration drift = Duration.between(last.bootedAt, now.bootedAt()).abs();
      if (last.bootId.equals(bootId) && drift.compareTo(TOLERANCE) < 0) {
        return;
      }
    }
    List<Line> kept =
        new ArrayList<>(lines.subList(Math.max(0, lines.size() - MAX_LINES + 1), lines.size()));
    // Where an append failed after this, the same records will be written by the new clock.
    kept.removeIf(line -> line.offset >= offset);
    kept.add(new Line(bootId, offset, now.bootedAt()));
    StringBuilder text = new StringBuilder();
    kept.forEach(text::append);
    file.replace(text.toString().getBytes(StandardCharsets.US_ASCII));
    lines.clear();
    lines.addAll(kept);
  }
}

package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.thermos.checkpoint.TaskState;

/**
 * Keeps the order to end a task, so that a runner that follows a killed one obeys it too, within
 * the time that is left. One line: outcome, boot, deadline on that boot's clock, deadline on the
 * wall clock, and the time that was left when it was written; the last three in microseconds.
 */
final class StopFile {
  private static final int LIMIT = 256;

  private final SmallFile file;
  private final String bootId;

  StopFile(SmallFile file, String bootId) {
    this.file = file;
    this.bootId = bootId;
  }

  void write(StopOrder order, Moment now) throws IOException {
    Duration left = order.deadline().minus(now.uptime());
    String line =
        String.join(
            " ",
            order.outcome().name(),
            bootId,
            micros(order.deadline()),
            micros(Duration.between(Instant.EPOCH, now.wall().plus(left))),
            micros(left));
    file.replace((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The order, its deadline on the present boot's clock.
   *
   * @throws IOException if it cannot be read or understood
   */
  Optional<StopOrder> read(Moment now) throws IOException {
    Optional<byte[]> content = file.read(LIMIT);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    String[] fields = new String(content.get(), StandardCharsets.US_ASCII).trim().split(" ", -1);
    try {
      TaskState outcome = TaskState.valueOf(fields[0]);
      if (fields.length == 5 && (outcome == TaskState.KILLED || outcome == TaskState.LOST)) {
        return Optional.of(new StopOrder(outcome, deadline(fields, now)));
      }
    } catch (IllegalArgumentException
        | ArithmeticException
        | DateTimeException
        | IndexOutOfBoundsException e) {
      // Said below.
    }
    throw new IOException(
        "cannot read the order to end the task in "
            + file
            + ": it makes no sense; move it away to"
            + " have the task go on");
  }

  /**
   * After a reboot only the wall clock tells how much time has passed, and it may have been
   * stepped: no more is left than there was, and no less than nothing.
   */
  private Duration deadline(String[] fields, Moment now) {
    Duration most = ofMicros(fields[4]);
    if (fields[1].equals(bootId)) {
      Duration deadline = ofMicros(fields[2]);
      Duration latest = now.uptime().plus(most);
      return deadline.compareTo(latest) < 0 ? deadline : latest;
    }
    Duration left = Duration.between(now.wall(), Instant.EPOCH.plus(ofMicros(fields[3])));
    left = left.compareTo(most) > 0 ? most : left;
    return now.uptime().plus(left.isNegative() ? Duration.ZERO : left);
  }

  private static String micros(Duration duration) {
    // Nanoseconds would overflow for a deadline centuries away, as a damaged file may give.
    return Long.toString(duration.getSeconds() * 1_000_000 + duration.getNano() / 1_000);
  }

  private static Duration ofMicros(String text) {
    return Duration.ofNanos(Math.multiplyExact(Long.parseLong(text), 1000));
  }
}

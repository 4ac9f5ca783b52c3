package org.thermos.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.thermos.flags.Flag;
import org.thermos.flags.FlagParser;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;

/**
 * What a run is told.
 *
 * @param time for how long tasks are launched
 * @param tasks how many are on their way at a time
 * @param pause mean time from blow to blow
 * @param directory where everything is kept; a new temporary one if absent
 */
record ChaosOptions(Duration time, long seed, int tasks, Duration pause, Optional<Path> directory) {
  static final Flag MINUTES = Flag.value("minutes", "1", "for how long tasks are launched");
  static final Flag SEED = Flag.value("seed", "what decides tasks and blows; random if absent");
  static final Flag TASKS = Flag.value("tasks", "4", "how many tasks are on their way at a time");
  static final Flag PAUSE = Flag.value("pause_ms", "400", "mean time from one blow to the next");
  static final Flag DIRECTORY =
      Flag.value("directory", "where everything is kept; a temporary one if absent");
  static final Flag HELP = Flag.toggle("help", "show this text and exit");

  static final FlagParser PARSER =
      new FlagParser("scripts/chaos", List.of(MINUTES, SEED, TASKS, PAUSE, DIRECTORY, HELP));

  static ChaosOptions of(FlagValues values) throws UsageException {
    Optional<String> seed = values.get(SEED);
    return new ChaosOptions(
        Duration.ofMinutes(positive(values, MINUTES)),
        seed.isPresent() ? seed(seed.get()) : System.nanoTime() & Integer.MAX_VALUE,
        positive(values, TASKS),
        Duration.ofMillis(positive(values, PAUSE)),
        values.get(DIRECTORY).map(Path::of));
  }

  private static long seed(String text) throws UsageException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UsageException("cannot use --seed=" + text + ": it is not a whole number");
    }
  }

  private static int positive(FlagValues values, Flag flag) throws UsageException {
    OptionalInt value = values.getInt(flag);
    if (value.isEmpty() || value.getAsInt() <= 0) {
      throw new UsageException(
          "cannot use --"
              + flag.name()
              + "="
              + values.get(flag).orElse("")
              + ": it must be above 0");
    }
    return value.getAsInt();
  }
}

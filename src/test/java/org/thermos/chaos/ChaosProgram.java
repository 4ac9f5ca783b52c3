package org.thermos.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;

/** The command line of {@link Chaos}. */
final class ChaosProgram {
  private static final int FAILED = 1;
  private static final int USAGE = 64;
  private static final int SOFTWARE = 70;

  private ChaosProgram() {}

  /** The property {@code thermos.executor} says where the executor is. */
  public static void main(String[] arguments) throws IOException {
    ChaosOptions options;
    try {
      FlagValues values = ChaosOptions.PARSER.parse(arguments);
      if (values.isSet(ChaosOptions.HELP)) {
        System.out.print(ChaosOptions.PARSER.help());
        return;
      }
      options = ChaosOptions.of(values);
    } catch (UsageException e) {
      System.err.println("chaos: " + e.getMessage());
      System.exit(USAGE);
      return;
    }
    System.exit(run(options));
  }

  /** The exit code. */
  private static int run(ChaosOptions options) throws IOException {
    boolean isOurs = options.directory().isEmpty();
    Path directory =
        (isOurs
                ? Files.createTempDirectory("thermos-chaos-")
                : Files.createDirectories(options.directory().get()))
            .toRealPath();
    System.setProperty("thermos.log", directory.resolve("agent.log").toString());
    System.setProperty("log4j2.configurationFile", "classpath:org/thermos/cli/log4j2.properties");
    System.out.println("seed " + options.seed() + ", everything is in " + directory);
    Path executor = Path.of(System.getProperty("thermos.executor"));
    Chaos chaos = new Chaos(options, directory, executor, System.out);
    // Also on Ctrl-C nothing is left running, and nothing behind unless there is something to see.
    AtomicBoolean isWorthKeeping = new AtomicBoolean(!isOurs);
    Runnable closing = () -> close(chaos, directory, isWorthKeeping.get());
    Runtime.getRuntime().addShutdownHook(new Thread(closing, "closing"));
    try {
      boolean agreed = chaos.run();
      isWorthKeeping.set(!isOurs || !agreed);
      System.out.println(chaos.tally().summary());
      return agreed ? 0 : FAILED;
    } catch (IOException | RuntimeException e) {
      isWorthKeeping.set(true);
      e.printStackTrace();
      return SOFTWARE;
    } catch (InterruptedException e) {
      return SOFTWARE;
    }
  }

  private static void close(Chaos chaos, Path directory, boolean isWorthKeeping) {
    chaos.close();
    if (isWorthKeeping) {
      return;
    }
    try {
      Chaos.delete(directory);
    } catch (IOException e) {
      System.err.println("chaos: cannot remove " + directory + ": " + e);
    }
  }
}

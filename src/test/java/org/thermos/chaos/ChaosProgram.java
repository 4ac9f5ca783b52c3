package org.thermos.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.thermos.flags.FlagValues;
import org.thermos.flags.UsageException;

/** The command line of {@link Chaos}. */
final class ChaosProgram {
  private static final int FAILED = 1;
  private static final int USAGE = 64;

  private ChaosProgram() {}

  /** The property {@code thermos.executor} says where the executor is. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
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
    System.exit(run(options) ? 0 : FAILED);
  }

  private static boolean run(ChaosOptions options) throws IOException, InterruptedException {
    boolean isOurs = options.directory().isEmpty();
    Path directory =
        isOurs
            ? Files.createTempDirectory("thermos-chaos-")
            : Files.createDirectories(options.directory().get());
    directory = directory.toRealPath();
    System.setProperty("thermos.log", directory.resolve("agent.log").toString());
    System.setProperty("log4j2.configurationFile", "classpath:org/thermos/cli/log4j2.properties");
    System.out.println("seed " + options.seed() + ", everything is in " + directory);
    Path executor = Path.of(System.getProperty("thermos.executor"));
    Chaos chaos = new Chaos(options, directory, executor, System.out);
    // Also on Ctrl-C nothing is left running.
    Path place = directory;
    Thread closing =
        new Thread(
            () -> {
              chaos.close();
              if (isOurs && chaos.tally().disagreements() == 0) {
                remove(place);
              }
            },
            "closing");
    Runtime.getRuntime().addShutdownHook(closing);
    boolean agreed = chaos.run();
    System.out.println(chaos.tally().summary());
    return agreed;
  }

  private static void remove(Path directory) {
    try {
      Chaos.delete(directory);
    } catch (IOException e) {
      System.err.println("chaos: cannot remove " + directory + ": " + e);
    }
  }
}

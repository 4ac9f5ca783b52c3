package org.thermos.runner;

import java.util.ArrayList;
import java.util.List;
import org.thermos.flags.FlagParser;
import org.thermos.flags.UsageException;
import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;

/** Any words as a runner's command line. */
public final class CommandLineFuzz {
  private static final FlagParser PARSER = new FlagParser("thermos-runner", RunnerFlags.ALL);
  private static final String[] REQUIRED = {
    "--thermos_json=t", "--sandbox=s", "--checkpoint_root=c", "--log_dir=l"
  };

  private CommandLineFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    List<String> words = new ArrayList<>(List.of(REQUIRED));
    while (!input.isEmpty()) {
      words.add(input.text().replace("\0", "")); // The kernel hands on no NUL.
    }
    try {
      RunnerOptions options = RunnerOptions.from(PARSER.parse(words.toArray(String[]::new)));
      Require.that(!options.killWait().isNegative(), "time goes forward");
    } catch (UsageException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}

package org.thermos.chaos;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What processes do, as shell commands. They find in {@code $run} how often their process has been
 * started, this time included, and may write into the ledger with {@code say}.
 */
final class Behaviours {
  /** Leaves something behind that has to be killed when it ends. */
  private static final List<String> LEAVING =
      List.of(
          "(say child \"$process\" $BASHPID; while :; do sleep 0.05; done) &",
          "setsid bash -c 'setsid sleep 600 & sleep 600' &",
          "( (setsid sleep 600 &) )",
          "(cd / && exec env -i setsid sleep 600) &",
          "(trap '' TERM; say child \"$process\" $BASHPID; while :; do sleep 0.1; done) &",
          "bash -c 'kill -STOP $$' &",
          "hop() { sleep 0.02; hop & }; hop &",
          "for i in {1..20}; do (sleep 600 &); done");

  private final Random random;

  Behaviours(Random random) {
    this.random = random;
  }

  /** Ends well after a while, in one of several ways. */
  String succeeding() {
    return switch (random.nextInt(10)) {
      case 0 -> ":";
      case 1, 2, 3 -> sleep(1.5);
      case 4 -> sleep(0.3) + "\n[ $run -gt 1 ] || kill -KILL $$";
      default -> leaving() + "\n" + sleep(0.8);
    };
  }

  /** Fails in its first runs, then ends well. */
  String succeedingAfter(int failures) {
    return sleep(0.3) + "\n[ $run -gt " + failures + " ] || exit " + (3 + random.nextInt(80));
  }

  String failing() {
    return leaving() + "\n" + sleep(0.5) + "\nexit " + (3 + random.nextInt(80));
  }

  /** Writes more than its log file may hold. */
  String talking() {
    return "for i in {1..3000}; do echo \"line $i of $process, run $run, all of it for the log\"; done\n"
        + sleep(0.5);
  }

  /** Does not end by itself, but when it is asked to. */
  String endless() {
    return switch (random.nextInt(3)) {
      case 0 -> "sleep 600";
      case 1 -> leaving() + "\nwhile :; do sleep 0.2; done";
      default -> "kill -STOP $$\nsleep 600";
    };
  }

  /** Does not end when it is asked to. */
  String stubborn() {
    return "trap 'say term \"$process\" $$' TERM\n" + leaving() + "\nwhile :; do sleep 0.3; done";
  }

  private String leaving() {
    return LEAVING.get(random.nextInt(LEAVING.size()));
  }

  private String sleep(double mostSeconds) {
    return String.format(Locale.ROOT, "sleep %.2f", random.nextDouble() * mostSeconds);
  }
}

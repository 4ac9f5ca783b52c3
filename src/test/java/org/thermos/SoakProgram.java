package org.thermos;

import java.util.List;
import java.util.Optional;

/** The program behind {@code scripts/soak}. */
public final class SoakProgram {
  private static final String HELP =
      """
      Lives random tasks in simulated worlds: runners, coordinators and the executor crash, power is cut, clocks are
      set, disks fill up, tasks are stopped; and checks what must always hold. Every seed stands for one life of each
      kind.

      Usage: scripts/soak [--seeds N] [--from S] [--kind K]
             scripts/soak --kind K --replay S

        --seeds N    how many seeds to live (default 100000)
        --from S     the first of them (default 0)
        --kind K     only one kind of life: KINDS
        --replay S   live one seed and print all that happens
        --help       print this

      Exit codes: 0 all is well, 1 something that must hold did not, 2 wrong use.
      """;

  /** After so many seeds it is said how far it has come. */
  private static final long PORTION = 20_000;

  private long seeds = 100_000;
  private long from;
  private List<String> kinds = Soak.kinds();
  private Optional<Long> replay = Optional.empty();

  private SoakProgram() {}

  public static void main(String[] arguments) {
    System.exit(new SoakProgram().run(arguments));
  }

  private int run(String[] arguments) {
    try {
      if (List.of(arguments).contains("--help")) {
        System.out.print(HELP.replace("KINDS", String.join(", ", Soak.kinds())));
        return 0;
      }
      parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("soak: " + e.getMessage() + "; see scripts/soak --help");
      return 2;
    }
    Optional<Soak.Failure> failure =
        replay.isPresent() ? Soak.replay(kinds.get(0), replay.get()) : soak();
    failure.ifPresent(this::print);
    return failure.isPresent() ? 1 : 0;
  }

  private void parse(String[] arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i];
      if (!List.of("--seeds", "--from", "--kind", "--replay").contains(name)) {
        throw new IllegalArgumentException("unknown flag " + name);
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      String value = arguments[i + 1];
      switch (name) {
        case "--seeds" -> seeds = number(name, value);
        case "--from" -> from = number(name, value);
        case "--replay" -> replay = Optional.of(number(name, value));
        default -> kinds = kind(value);
      }
    }
    if (replay.isPresent() && kinds.size() != 1) {
      throw new IllegalArgumentException("--replay needs --kind");
    }
  }

  private static long number(String name, String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("cannot use " + name + " " + value + ": it is no number");
  }

  private static List<String> kind(String value) {
    if (!Soak.kinds().contains(value)) {
      throw new IllegalArgumentException(
          "unknown kind " + value + ", not one of " + String.join(", ", Soak.kinds()));
    }
    return List.of(value);
  }

  private Optional<Soak.Failure> soak() {
    long start = System.nanoTime();
    for (long done = 0; done < seeds; done += Math.min(PORTION, seeds - done)) {
      long portion = Math.min(PORTION, seeds - done);
      Optional<Soak.Failure> failure = Soak.live(kinds, from + done, portion);
      if (failure.isPresent()) {
        return failure;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%d seeds (%s) in %.0f s, %.0f a second%n",
          done + portion, String.join(", ", kinds), seconds, (done + portion) / seconds);
    }
    return Optional.empty();
  }

  private void print(Soak.Failure failure) {
    System.out.println(
        "FAILED seed " + failure.seed() + " after " + (failure.seed() - from + 1) + " seeds");
    System.out.println("broken: " + failure.invariant());
    System.out.println("detail: " + failure.cause());
    System.out.println("replay: " + failure.command());
    if (replay.isPresent()) {
      failure.cause().printStackTrace(System.out);
    }
  }
}

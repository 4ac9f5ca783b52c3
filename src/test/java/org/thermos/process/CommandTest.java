package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.CommandEnded;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.BrokerEvent.Gone;
import org.thermos.process.CommandResult.Ended;
import org.thermos.process.CommandResult.NotRun;
import org.thermos.process.CommandResult.TimedOut;

/** Short programs that are run to their end, and of which nothing is left. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CommandTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";
  private static final Duration LONG = Duration.ofSeconds(50);

  /** What an answer holds at most. */
  private static final int OUTPUT = 4080;

  @TempDir Path directory;

  /** Hard to kill, see src/test/c/trees.c. */
  static Stream<Arguments> trees() throws Exception {
    return Binaries.both()
        .flatMap(
            binary ->
                Stream.of("leaving-comet", "leaving-bomb", "deaf")
                    .map(kind -> Arguments.of(binary, kind)));
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void tellsHowItEndedAndWhatItSaid(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      assertThat(run(bench, bash("echo out; echo err >&2; exit 3")))
          .isEqualTo(new Ended(new ExitStatus(3 << 8), "out\nerr\n"));
      assertThat(run(bench, bash("echo x; kill -SEGV $$")))
          .isInstanceOfSatisfying(
              Ended.class,
              ended -> {
                assertThat(ended.status().signal()).hasValue(11);
                assertThat(ended.output()).isEqualTo("x\n");
              });
      assertThat(run(bench, bash("printf 'a\\0b\\377'")))
          .isEqualTo(new Ended(new ExitStatus(0), "a\0b\ufffd"));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void startsItAsItWasAsked(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      CommandSpec spec =
          new CommandSpec(
              List.of(
                  "bash",
                  "-c",
                  "pwd; echo $A:$THERMOS_BROKER; readlink /proc/self/fd/0; ls /proc/self/fd | wc -l"),
              Map.of("A", "1", "PATH", Workbench.PATH, "THERMOS_BROKER", "3,4"),
              Optional.of(bench.sandbox),
              Optional.empty(),
              LONG);

      // Its own four descriptors: input, outputs and the directory that is listed.
      assertThat(run(bench, spec))
          .isEqualTo(new Ended(new ExitStatus(0), bench.sandbox + "\n1:\n/dev/null\n4\n"));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void saysWhyItCouldNotBeRun(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      assertThat(run(bench, command(LONG, "/no/such/program")))
          .isEqualTo(new NotRun("No such file or directory"));
      assertThat(run(bench, command(LONG, "/etc/passwd")))
          .isEqualTo(new NotRun("Permission denied"));
      CommandSpec nowhere =
          new CommandSpec(
              List.of("/bin/true"),
              Map.of(),
              Optional.of(directory.resolve("nowhere")),
              Optional.empty(),
              LONG);
      assertThat(run(bench, nowhere))
          .isEqualTo(
              new NotRun("unable to enter the directory of /bin/true: No such file or directory"));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void readsAllThatItWritesAndKeepsTheBeginning(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      CommandResult result =
          run(bench, bash("echo begin; head -c 300000000 /dev/zero | tr '\\0' x; exit 7"));

      assertThat(result)
          .isEqualTo(
              new Ended(
                  new ExitStatus(7 << 8), "begin\n" + "x".repeat(OUTPUT - "begin\n".length())));
    }
  }

  /** A PATH of millions of directories stands for one on a file system that does not answer. */
  @ParameterizedTest
  @MethodSource(BOTH)
  void itsTimeIsUpThoughTheSystemStillLooksForIt(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary);
        Broker watcher = Broker.start(NativeBinary.locate())) {
      CommandSpec spec =
          new CommandSpec(
              List.of("nowhere"),
              Map.of("PATH", "/n:".repeat(9_500_000)),
              Optional.empty(),
              Optional.empty(),
              Duration.ofMillis(300));
      assertThat(run(bench, spec)).isEqualTo(new TimedOut(""));

      ProcessIdentity keeper =
          bench.broker.run(
              new CommandSpec(
                  spec.command(), spec.environment(), Optional.empty(), Optional.empty(), LONG));
      watcher.watchExit(keeper);
      long cancelled = System.nanoTime();
      bench.broker.signal(keeper, Signal.TERMINATE);
      watcher.next();
      assertThat(System.nanoTime() - cancelled).isLessThan(Duration.ofSeconds(4).toNanos());
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void endsAfterTheProgramThoughSomethingHoldsItsOutput(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      String daemon = "(setsid setsid bash -c 'echo $$ > daemon; exec sleep 1000' &)";
      CommandResult result =
          run(bench, bash(daemon + "; until [ -s daemon ]; do sleep 0.01; done; echo done"));

      assertThat(result).isEqualTo(new Ended(new ExitStatus(0), "done\n"));
      assertThat(isThere(bench.sandbox.resolve("daemon"))).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("trees")
  void killsAllOfItAtTheTimeout(Path binary, String kind) throws Exception {
    Trees trees = new Trees(Files.createDirectories(directory.resolve("sandbox")).toRealPath());
    String line = "trap '' TERM; echo begun; (setsid " + trees.command(kind) + " &); sleep 1000";
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity keeper;
      CommandResult result;
      Duration timeout = Duration.ofSeconds(2);
      do {
        keeper = bench.broker.run(bash(timeout, line));
        result = result(bench, keeper);
        timeout = timeout.multipliedBy(4); // For a machine that is too busy to begin it by then.
      } while (!trees.haveBegun());

      assertThat(result).isEqualTo(new TimedOut("begun\n"));
      trees.assertNothingLives();
      assertThat(bench.awaitExit(keeper).exitCode()).hasValue(0);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void nothingOutlivesItsBroker(Path binary) throws Exception {
    for (boolean killed : new boolean[] {false, true}) {
      try (Workbench bench = new Workbench(directory, binary);
          Workbench other = new Workbench(directory, NativeBinary.locate())) {
        Files.deleteIfExists(bench.sandbox.resolve("daemon"));
        ProcessIdentity keeper =
            bench.broker.run(
                bash("(setsid bash -c 'echo $$ > daemon; exec sleep 1000' &); sleep 1000"));
        ProcessIdentity daemon = bench.awaitPid("daemon");
        other.broker.watchExit(keeper);
        other.broker.watchExit(daemon);
        if (killed) {
          int pid = new ProcessTable().find(keeper.pid()).orElseThrow().parent();
          other.broker.signal(new ProcessTable().find(pid).orElseThrow().identity(), Signal.KILL);
        } else {
          bench.broker.close(); // As at the end of the JVM, whatever ends it.
        }

        other.await(Gone.class, gone -> gone.process().equals(daemon));
        other.await(Gone.class, gone -> gone.process().equals(keeper));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void nothingOutlivesItsKeeper(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity keeper =
          bench.broker.run(
              bash("(setsid bash -c 'echo $$ > daemon; exec sleep 1000' &); sleep 1000"));
      ProcessIdentity daemon = bench.awaitPid("daemon");
      bench.broker.signal(keeper, Signal.KILL);

      assertThat(bench.awaitExit(keeper).signal()).hasValue(9);
      bench.await(Exited.class, exited -> exited.pid() == daemon.pid());
      assertThat(bench.seen).noneMatch(CommandEnded.class::isInstance);
    }
  }

  /** The end of a child is when a broker looks for what others have left. */
  @ParameterizedTest
  @MethodSource(BOTH)
  void isNotTakenForWhatOthersLeft(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity keeper =
          bench.broker.run(
              bash(
                  "(setsid bash -c 'echo $$ > daemon; exec sleep 1000' &)"
                      + "; until [ -e go ]; do sleep 0.01; done; kill -0 $(cat daemon)"));
      ProcessIdentity daemon = bench.awaitPid("daemon");
      ProcessIdentity program = bench.broker.spawn(Programs.of("/bin/sh", "-c", "sleep 1000"));
      assertThat(bench.broker.killTree(program)).isEmpty();
      bench.awaitExit(program);
      bench.awaitExit(bench.broker.spawn(Programs.of("/bin/true")));
      assertThat(Workbench.isAlive(daemon)).isTrue();
      Files.createFile(bench.sandbox.resolve("go"));

      assertThat(result(bench, keeper)).isEqualTo(new Ended(new ExitStatus(0), ""));
      assertThat(Workbench.isAlive(daemon)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void manyRunAtOnce(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      int count = 60; // More results than fit into the pipe, if nobody takes them.
      ProcessIdentity[] keepers = new ProcessIdentity[count];
      for (int i = 0; i < count; i++) {
        keepers[i] = bench.broker.run(bash("echo " + i + "; exit " + i));
      }
      for (int i = 0; i < count; i++) {
        assertThat(result(bench, keepers[i]))
            .isEqualTo(new Ended(new ExitStatus(i << 8), i + "\n"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void becomesTheAccountForGood(Path binary) throws Exception {
    assumeTrue(
        Accounts.currentUid() == 0, "skipped: other accounts need root, and this is a plain user");
    Account nobody = new Accounts().named("nobody");
    Account account = new Account("nobody", nobody.uid(), nobody.gid(), "/", List.of(4242, 4243));
    try (Workbench bench = new Workbench(directory, binary)) {
      CommandSpec spec =
          new CommandSpec(
              List.of(
                  "/bin/sh",
                  "-c",
                  "grep -E '^(Uid|Gid|Groups|CapEff)' /proc/self/status | tr '\\t' ' '"),
              Map.of("PATH", Workbench.PATH),
              Optional.of(Path.of("/")),
              Optional.of(account),
              LONG);
      String uid = (" " + nobody.uid()).repeat(4);
      String gid = (" " + nobody.gid()).repeat(4);

      CommandResult result = run(bench, spec);

      assertThat(result).isInstanceOf(Ended.class);
      assertThat(((Ended) result).output().lines().map(String::stripTrailing))
          .containsExactly(
              "Uid:" + uid, "Gid:" + gid, "Groups: 4242 4243", "CapEff: 0000000000000000");
    }
  }

  /** What belongs to another account dies with it all the same. */
  @ParameterizedTest
  @MethodSource(BOTH)
  void killsAnotherAccountsProcesses(Path binary) throws Exception {
    assumeTrue(
        Accounts.currentUid() == 0, "skipped: other accounts need root, and this is a plain user");
    Account nobody = new Accounts().named("nobody");
    try (Workbench bench = new Workbench(directory, binary)) {
      Files.setPosixFilePermissions(bench.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setPosixFilePermissions(bench.sandbox, PosixFilePermissions.fromString("rwxrwxrwx"));
      Path daemon = bench.sandbox.resolve("daemon");
      Duration timeout = Duration.ofSeconds(1);
      do {
        CommandSpec spec =
            new CommandSpec(
                bash("(setsid bash -c 'echo $$ > daemon; exec sleep 1000' &); sleep 1000")
                    .command(),
                Map.of("PATH", Workbench.PATH),
                Optional.of(bench.sandbox),
                Optional.of(nobody),
                timeout);
        assertThat(run(bench, spec)).isEqualTo(new TimedOut(""));
        timeout = timeout.multipliedBy(4); // For a machine that is too busy to begin it by then.
      } while (Files.notExists(daemon) || Files.size(daemon) == 0);
      assertThat(isThere(daemon)).isFalse();
    }
  }

  private boolean isThere(Path pidFile) throws IOException {
    int pid = Integer.parseInt(Files.readString(pidFile).trim());
    return new ProcessTable().find(pid).filter(ProcessEntry::isAlive).isPresent();
  }

  private CommandResult run(Workbench bench, CommandSpec spec) throws IOException {
    return result(bench, bench.broker.run(spec));
  }

  private static CommandResult result(Workbench bench, ProcessIdentity keeper) throws IOException {
    return bench.await(CommandEnded.class, ended -> ended.keeper() == keeper.pid()).result();
  }

  private CommandSpec bash(String line) {
    return bash(LONG, line);
  }

  private CommandSpec bash(Duration timeout, String line) {
    return command(timeout, "/bin/bash", "-c", line);
  }

  private CommandSpec command(Duration timeout, String... command) {
    return new CommandSpec(
        List.of(command),
        Map.of("PATH", Workbench.PATH),
        Optional.of(directory.resolve("sandbox")),
        Optional.empty(),
        timeout);
  }
}

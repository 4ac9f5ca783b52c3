package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.checkpoint.ProcessState;
import org.thermos.checkpoint.TaskState;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.NativeBinary;
import org.thermos.process.ProgramSpec;

/** Tasks ended by the command line, with and without a runner; real runners and processes. */
@Execution(ExecutionMode.CONCURRENT)
class KillCommandTest {
  /** Says when it is asked to end, and ends. */
  private static final String OBEDIENT =
      "trap 'echo > asked; exit 3' TERM; echo > ready; while :; do sleep 0.05; done";

  /** Only SIGKILL ends it, and what it started. */
  private static final String STUBBORN =
      "trap 'echo > asked' TERM; (trap '' TERM; setsid sleep 1000 &) ; echo > ready;"
          + " while :; do sleep 0.05; done";

  private static OpenDirectory programs;
  private static Path program;

  @TempDir private Path directory;
  private TaskBench bench;

  @BeforeAll
  static void installRunner() throws IOException {
    programs = OpenDirectory.make("rwxr-xr-x");
    program = Programs.publicRunner(programs.path());
    System.setProperty("thermos.runner", program.toString());
  }

  @AfterAll
  static void removeRunner() throws IOException {
    System.clearProperty("thermos.runner");
    programs.close();
  }

  @BeforeEach
  void setUp() throws Exception {
    bench = new TaskBench(directory, program);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private void assertDone(Cli cli) {
    assertThat(cli.err()).isEmpty();
    assertThat(cli.out()).isEqualTo("Killing " + bench.paths.taskId() + "...done.\n");
    assertThat(cli.exitCode()).isZero();
  }

  private String complaint(Cli cli) {
    assertThat(cli.out()).isEqualTo("Killing " + bench.paths.taskId() + "...failed.\n");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.FAILED);
    return cli.complaint();
  }

  private static String ownName() throws Exception {
    return new Accounts().current().name();
  }

  // --- a task without a runner ------------------------------------------------------------------

  @Test
  void aTaskWhoseRunnerIsGoneEndsAsIfItWereThere() throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();

    assertDone(bench.run("kill"));

    assertThat(bench.sandbox.resolve("asked")).exists();
    assertThat(bench.sandbox.resolve("finalized")).hasContent(ownName());
    assertThat(bench.states())
        .containsExactly(
            TaskState.ACTIVE, TaskState.CLEANING, TaskState.FINALIZING, TaskState.KILLED);
    assertThat(bench.states("main")).endsWith(ProcessState.FAILED);
    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void whatOutlivesItsTimeIsKilled() throws Exception {
    assertStubbornTaskIsDone("1");
    if (!Files.exists(bench.sandbox.resolve("asked"))) {
      // That was too short for a shell without a processor.
      bench.close();
      bench = new TaskBench(Files.createDirectory(directory.resolve("patient")), program);
      assertStubbornTaskIsDone("20");
    }

    assertThat(bench.sandbox.resolve("asked")).exists();
    assertThat(bench.sandbox.resolve("finalized")).doesNotExist();
    assertThat(bench.states("main")).endsWith(ProcessState.KILLED);
    bench.assertOver(TaskState.KILLED);
  }

  private void assertStubbornTaskIsDone(String seconds) throws Exception {
    bench.writeTask(STUBBORN);
    bench.startAndAbandon();

    assertDone(bench.run("kill", "--wait", seconds));
  }

  @Test
  void theTimeIsTheOneThatTheFirstRunnerWasGiven() throws Exception {
    bench.writeTask(STUBBORN);
    bench.startAndAbandon("--kill_wait_secs=1");

    assertDone(bench.run("kill"));

    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void byForceItEndsAtOnce() throws Exception {
    bench.writeTask(STUBBORN);
    bench.startAndAbandon();

    assertDone(bench.run("kill", "--force"));

    assertThat(bench.sandbox.resolve("asked")).doesNotExist();
    assertThat(bench.sandbox.resolve("finalized")).doesNotExist();
    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void losingATaskEndsItAtOnce() throws Exception {
    bench.writeTask(STUBBORN);
    bench.startAndAbandon();

    Cli cli = bench.run("lose");

    assertThat(cli.err()).isEmpty();
    assertThat(cli.out()).isEqualTo("Losing " + bench.paths.taskId() + "...done.\n");
    assertThat(bench.sandbox.resolve("asked")).doesNotExist();
    bench.assertOver(TaskState.LOST);
  }

  @Test
  void aFinalizerThatRunsMayEnd() throws Exception {
    bench.writeTask(
        "echo > ready; sleep 0.1",
        "echo > begun; until [ -e go ]; do sleep 0.05; done; id -un > finalized");
    Process runner = bench.start();
    bench.await("finalizing", () -> bench.sandbox.resolve("begun").toFile().exists());
    bench.await("that is recorded", () -> bench.states("fin").contains(ProcessState.RUNNING));
    TaskBench.kill(runner);
    Files.createFile(bench.sandbox.resolve("go"));

    assertDone(bench.run("kill"));

    assertThat(bench.sandbox.resolve("finalized")).hasContent(ownName());
    assertThat(bench.states("fin"))
        .containsExactly(
            ProcessState.WAITING, ProcessState.FORKED, ProcessState.RUNNING, ProcessState.SUCCESS);
    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void finalizersRunAsTheUserOfTheFirstRunner() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: processes of another account");
    try (OpenDirectory open = OpenDirectory.make("rwxr-xr-x");
        TaskBench theirs = new TaskBench(open.path(), program)) {
      theirs.writeTask(OBEDIENT);
      Files.createDirectory(theirs.sandbox);
      Files.setAttribute(theirs.sandbox, "unix:uid", nobody().uid());
      theirs.startAndAbandon("--setuid=nobody");

      Cli cli = theirs.run("kill");

      assertThat(cli.err()).isEmpty();
      assertThat(cli.exitCode()).isZero();
      assertThat(theirs.sandbox.resolve("finalized")).hasContent("nobody");
      theirs.assertOver(TaskState.KILLED);
    }
  }

  @Test
  void finalizersRunInTheRootDirectoryOfTheFirstRunner() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: chroot");
    bench.writeTask(
        "trap 'exit 3' TERM; echo > /ready; while :; do read -t 0.05 x <> /fifo; done",
        "echo /* > /finalized");
    ChrootImage.make(bench.sandbox);
    bench.startAndAbandon("--enable_chroot");

    assertDone(bench.run("kill"));

    assertThat(Files.readString(bench.sandbox.resolve("finalized")))
        .contains("/fifo", "/ready")
        .doesNotContain("/proc");
    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void aTaskIsTakenOverAsWhoeverOwnsItsCheckpoint() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: a checkpoint of another account");
    try (OpenDirectory open = OpenDirectory.make("rwxrwxrwx");
        TaskBench theirs = new TaskBench(open.path(), program)) {
      theirs.writeTask(OBEDIENT);
      startAndAbandonAsNobody(theirs);

      Cli cli = theirs.run("kill");

      assertThat(cli.err()).isEmpty();
      assertThat(cli.exitCode()).isZero();
      assertThat(theirs.sandbox.resolve("finalized")).hasContent("nobody");
      assertThat(
              Files.getAttribute(
                  theirs.paths.finishedTask(), "unix:uid", LinkOption.NOFOLLOW_LINKS))
          .isEqualTo(nobody().uid());
      theirs.assertOver(TaskState.KILLED);
    }
  }

  @Test
  void theTimeIsTheOneThatAnotherAccountsRunnerWasGiven() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: a checkpoint of another account");
    try (OpenDirectory open = OpenDirectory.make("rwxrwxrwx");
        TaskBench theirs = new TaskBench(open.path(), program)) {
      theirs.writeTask(STUBBORN);
      startAndAbandonAsNobody(theirs, "--kill_wait_secs=1");
      long begin = System.nanoTime();

      Cli cli = theirs.run("kill");

      assertThat(cli.err()).isEmpty();
      assertThat(cli.exitCode()).isZero();
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(60);
      theirs.assertOver(TaskState.KILLED);
    }
  }

  private static void startAndAbandonAsNobody(TaskBench theirs, String... flags) throws Exception {
    try (Broker broker = Broker.start(NativeBinary.locate())) {
      int runner =
          broker
              .spawn(
                  new ProgramSpec(
                      theirs.command(flags),
                      System.getenv(),
                      Optional.empty(),
                      ProgramSpec.ProcessGroup.OWN,
                      Optional.of(theirs.directory.resolve("output")),
                      Optional.of(nobody())))
              .pid();
      theirs.awaitBegin();
      TaskBench.signal(runner, "KILL");
    }
  }

  private static Account nobody() throws Exception {
    return new Accounts().named("nobody");
  }

  @Test
  void ofATaskWithoutSettingsNothingIsStarted() throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();
    Files.delete(bench.paths.settings()); // As the original, which writes none, leaves it.

    Cli cli = bench.run("kill");

    assertThat(cli.out()).endsWith("...done.\n");
    assertThat(cli.complaint()).contains("its finalizers are not run");
    assertThat(bench.sandbox.resolve("asked")).exists();
    assertThat(bench.sandbox.resolve("finalized")).doesNotExist();
    assertThat(bench.states())
        .containsExactly(TaskState.ACTIVE, TaskState.CLEANING, TaskState.KILLED);
    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void aTaskOfTheOriginalsIsEnded() throws Exception {
    String id = "golden-recover_running";
    Path golden = Path.of(getClass().getResource("/golden/recover_running").toURI());
    Path streams = Path.of("checkpoints", id);
    Files.createDirectories(bench.root.resolve(streams));
    for (String stream : List.of("runner", "coordinator.a")) {
      Path recorded = golden.resolve("root_after_sigkill").resolve(streams).resolve(stream);
      Files.copy(recorded, bench.root.resolve(streams).resolve(stream));
    }
    Files.createDirectories(bench.root.resolve("tasks/active"));
    Files.copy(golden.resolve("task.json"), bench.root.resolve("tasks/active").resolve(id));

    Cli cli = Cli.run("kill", "--root", bench.root, id + "$");

    assertThat(cli.err()).isEmpty();
    assertThat(cli.out()).isEqualTo("Killing " + id + "...done.\n");
    assertThat(Cli.run("read", bench.root.resolve(streams).resolve("runner")).out())
        .contains("=> CLEANING", "=> KILLED", "state:LOST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "writable | can be written by others than its owner",
        "linked | has another name as well",
        "symbolic | is no regular file",
        "junk | No JSON value found",
        "version | they are of version 2",
        "moved | its settings were recorded below /elsewhere",
        "uid | with uid 4242, but the uid of that account is",
        "sandbox | its sandbox /nowhere is not there any more",
      })
  void settingsThatCannotBeTrustedAreRefusedAndForceDoesWithout(String how, String why)
      throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();
    tamper(bench.paths.settings(), how);

    String complaint = complaint(bench.run("kill"));

    assertThat(complaint).contains(why, "--force ends it at once, without finalizers");
    assertThat(bench.states()).containsExactly(TaskState.ACTIVE);
    assertThat(bench.alive()).isNotEmpty();

    assertDone(bench.run("kill", "--force"));
    assertThat(bench.sandbox.resolve("finalized")).doesNotExist();
    bench.assertOver(TaskState.KILLED);
  }

  private void tamper(Path settings, String how) throws Exception {
    String text = Files.readString(settings);
    switch (how) {
      case "writable" ->
          Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-rw-rw-"));
      case "linked" -> Files.createLink(directory.resolve("another"), settings);
      case "symbolic" -> {
        Files.move(settings, directory.resolve("another"));
        Files.createSymbolicLink(settings, directory.resolve("another"));
      }
      case "junk" -> Files.writeString(settings, "\n");
      case "version" -> Files.writeString(settings, text.replace("\"version\":1", "\"version\":2"));
      case "moved" ->
          Files.writeString(settings, text.replace(bench.root.toString(), "/elsewhere"));
      case "uid" -> Files.writeString(settings, text.replaceAll("\"uid\":\\d+", "\"uid\":4242"));
      case "sandbox" ->
          Files.writeString(settings, text.replace(bench.sandbox.toString(), "/nowhere"));
      default -> throw new IllegalArgumentException(how);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "tasks", "task", "stream"})
  void whatAnotherAccountCanHaveWrittenRootDoesNotObey(String what) throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: files of another account");
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();
    Path path =
        switch (what) {
          case "root" -> bench.root;
          case "tasks" -> bench.paths.activeTask().getParent();
          case "task" -> bench.paths.activeTask();
          default -> bench.paths.runnerCheckpoint();
        };
    Files.setAttribute(path, "unix:uid", nobody().uid());

    for (String option : List.of("--wait=1", "--force")) {
      assertThat(complaint(bench.run("kill", option)))
          .contains("belongs to uid " + nobody().uid() + ", who must not decide what uid 0 does");
    }

    assertThat(bench.alive()).isNotEmpty();
    Files.setAttribute(path, "unix:uid", 0);
  }

  // --- a task with a runner ---------------------------------------------------------------------

  @Test
  void aLiveRunnerIsAsked() throws Exception {
    bench.writeTask(OBEDIENT);
    Process runner = bench.start();

    assertDone(bench.run("kill"));

    assertThat(runner.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(runner.exitValue()).isZero();
    assertThat(bench.sandbox.resolve("finalized")).exists();
    bench.assertOver(TaskState.KILLED);
  }

  @Test
  void aLiveRunnerLosesItsTask() throws Exception {
    bench.writeTask(STUBBORN);
    bench.start();

    Cli cli = bench.run("lose");

    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    bench.assertOver(TaskState.LOST);
  }

  @Test
  void byForceALiveRunnerIsKilledAndItsTask() throws Exception {
    bench.writeTask(STUBBORN);
    Process runner = bench.start();

    Cli cli = bench.run("kill", "--force");

    assertThat(cli.out()).endsWith("...done.\n");
    assertThat(cli.complaint()).contains("killed the runner", "pid " + runner.pid());
    assertThat(bench.sandbox.resolve("asked")).doesNotExist();
    bench.assertOver(TaskState.KILLED);
  }

  /** Its executor starts a runner again that is killed; that one must not come first. */
  @ParameterizedTest
  @ValueSource(strings = {"--wait=60", "--force"})
  void aTaskOfAnExecutorIsKilledAndItsExecutorSaysSo(String option) throws Exception {
    bench.writeTask(OBEDIENT.replace("ready", directory.resolve("begun").toString()));
    Path work = directory.resolve("work");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Programs.java(), "-Dthermos.executor=" + Programs.executor(directory)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ThermosCommand.class.getName(), "local", "run"));
    command.addAll(List.of("--work-dir=" + work, directory.resolve("task.json").toString()));
    Path output = directory.resolve("local-output");
    Process local =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      bench.await("main has begun", () -> directory.resolve("begun").toFile().exists());

      Cli cli = Cli.run("kill", "--mesos-root", work, option, ".*-t-0-");

      assertThat(cli.out()).endsWith("...done.\n");
      assertThat(cli.exitCode()).isZero();
      assertThat(local.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(local.exitValue()).isEqualTo(ExitCode.KILLED);
      assertThat(output).content().contains("TASK_KILLED").doesNotContain("TASK_LOST");
      assertThat(Leftovers.of(work)).isEmpty();
    } finally {
      TaskBench.kill(local);
      Leftovers.of(work).forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void aStoppedRunnerIsNotWaitedForForEverAndForceDoesWithoutIt() throws Exception {
    bench.writeTask(OBEDIENT);
    Process runner = bench.start();
    TaskBench.signal(runner.pid(), "STOP");
    long begin = System.nanoTime();

    String complaint = complaint(bench.run("kill", "--wait", "1"));

    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(60);
    assertThat(complaint)
        .contains(
            "cannot lock " + bench.paths.runnerCheckpoint() + ": held by pid " + runner.pid(),
            "kill -CONT",
            "use --force to take over");
    assertThat(bench.alive()).isNotEmpty();

    Cli forced = bench.run("kill", "--force", "--wait", "1");

    assertThat(forced.out()).endsWith("...done.\n");
    assertThat(forced.complaint()).contains("killed the runner", "pid " + runner.pid());
    bench.assertOver(TaskState.KILLED);
  }

  /** As by {@code kill -STOP} of its process group: what has its lock cannot end by itself then. */
  @Test
  void byForceARunnerIsKilledThatIsStoppedWithWhatHasItsLock() throws Exception {
    bench.writeTask(STUBBORN);
    Process runner = bench.start();
    try (Broker broker = Broker.start(NativeBinary.locate())) {
      int keeper = broker.lockHolder(bench.paths.runnerCheckpoint()).orElseThrow();
      assertThat(keeper).isNotEqualTo((int) runner.pid());
      ProcessHandle lock = ProcessHandle.of(keeper).orElseThrow();
      try {
        TaskBench.signal(runner.pid(), "STOP");
        TaskBench.signal(keeper, "STOP");

        Cli cli = bench.run("kill", "--force");

        assertThat(cli.out()).endsWith("...done.\n");
        assertThat(cli.complaint()).contains("killed the runner", "pid " + runner.pid());
        lock.onExit().get(1, TimeUnit.MINUTES);
        bench.assertOver(TaskState.KILLED);
      } finally {
        lock.destroyForcibly();
      }
    }
  }

  @Test
  void whoeverHoldsTheLockWithoutBeingItsRunnerIsNeverSignalled() throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();
    Process stranger =
        new ProcessBuilder("flock", bench.paths.runnerCheckpoint().toString(), "sleep", "1000")
            .start();
    try (Broker broker = Broker.start(NativeBinary.locate())) {
      bench.await("it has the lock", () -> holds(broker));

      for (String option : List.of("--wait=1", "--force")) {
        assertThat(complaint(bench.run("kill", option)))
            .contains("held by pid " + stranger.pid(), "which nobody has signalled");
      }

      assertThat(stranger.isAlive()).isTrue();
      assertThat(bench.states()).containsExactly(TaskState.ACTIVE);
    } finally {
      stranger.descendants().forEach(ProcessHandle::destroyForcibly);
      TaskBench.kill(stranger);
    }
  }

  private boolean holds(Broker broker) {
    try {
      return broker.lockHolder(bench.paths.runnerCheckpoint()).isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // --- a damaged checkpoint ---------------------------------------------------------------------

  @Test
  void aDamagedCheckpointIsNeverCalledFinished() throws Exception {
    bench.writeTask(STUBBORN);
    bench.startAndAbandon();
    damage(4); // The type byte of the first field of the first record.
    byte[] before = Files.readAllBytes(bench.paths.runnerCheckpoint());

    assertThat(complaint(bench.run("kill")))
        .contains(bench.paths.runnerCheckpoint() + ": offset 0: ", "--force");
    assertThat(bench.alive()).isNotEmpty();

    assertThat(complaint(bench.run("kill", "--force")))
        .contains("its end cannot be recorded", "killed process main", "offset 0: ");
    assertThat(bench.alive()).isEmpty();
    assertThat(Files.readAllBytes(bench.paths.runnerCheckpoint())).isEqualTo(before);
    assertThat(bench.paths.activeTask()).exists();
    assertThat(bench.paths.finishedTask()).doesNotExist();
    Files.delete(bench.paths.activeTask());
  }

  @Test
  void whatADeadCoordinatorLeftIsFoundByTheIntactRecords() throws Exception {
    bench.writeTask("echo > ready; trap '' TERM; while :; do sleep 0.05; done");
    bench.startAndAbandon();
    int coordinator = bench.coordinatorOfMain();
    TaskBench.signal(coordinator, "KILL");
    byte[] records = Files.readAllBytes(bench.paths.runnerCheckpoint());
    append(new byte[] {0, 0, 0, 4, 1, 2, 3, 4});
    append(records); // What follows makes the four bytes more than a torn tail.

    assertThat(complaint(bench.run("kill", "--force"))).contains("killed process main");

    assertThat(bench.alive()).isEmpty();
    Files.delete(bench.paths.activeTask());
  }

  private void append(byte[] bytes) throws IOException {
    Files.write(bench.paths.runnerCheckpoint(), bytes, StandardOpenOption.APPEND);
  }

  private void damage(long offset) throws IOException {
    try (RandomAccessFile stream =
        new RandomAccessFile(bench.paths.runnerCheckpoint().toFile(), "rw")) {
      stream.seek(offset);
      stream.write(99);
    }
  }

  @Test
  void aTornRecordIsNoHindrance() throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();
    append(new byte[] {0, 0, 0, 49, 12, 0, 2});

    assertDone(bench.run("kill"));

    bench.assertOver(TaskState.KILLED);
  }

  // --- the command line -------------------------------------------------------------------------

  @Test
  void everyTaskThatMatchesFromItsStartOnIsKilled() throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();
    Path second = Files.createDirectory(directory.resolve("second"));
    try (TaskBench other = new TaskBench(second, program)) {
      other.writeTask(OBEDIENT);
      other.startAndAbandon();

      Cli nothing = Cli.run("kill", "--root", bench.root, "--root", other.root, "ench-", "xyz");
      assertThat(nothing.out()).isEqualTo("No active tasks matched.\n");
      assertThat(nothing.exitCode()).isZero();

      Cli both =
          Cli.run(
              "kill",
              "--root=" + bench.root,
              "--root=" + other.root,
              "bench-second$",
              bench.paths.taskId().substring(0, 8) + ".*" + bench.paths.taskId().substring(9));

      assertThat(both.err()).isEmpty();
      assertThat(both.out().lines())
          .containsExactly(
              "Killing " + bench.paths.taskId() + "...done.",
              "Killing " + other.paths.taskId() + "...done.");
      bench.assertOver(TaskState.KILLED);
      other.assertOver(TaskState.KILLED);
    }
  }

  @Test
  void tasksOfMesosExecutorsAreFound() throws Exception {
    Path run = directory.resolve("mesos/slaves/S0/frameworks/F0/executors/E0/runs/0-0");
    Files.createDirectories(run);
    Files.createSymbolicLink(run.resolveSibling("latest"), run);
    bench.writeTask(OBEDIENT);
    try (TaskBench theirs = new TaskBench(run, program, "checkpoints")) {
      theirs.writeTask(OBEDIENT);
      theirs.startAndAbandon();

      Cli cli = Cli.run("kill", "--mesos_root", directory.resolve("mesos"), theirs.paths.taskId());

      assertThat(cli.err()).isEmpty();
      assertThat(cli.out()).isEqualTo("Killing " + theirs.paths.taskId() + "...done.\n");
      theirs.assertOver(TaskState.KILLED);
    }
  }

  @Test
  void withoutTasksItSaysSo() {
    Cli cli = Cli.run("kill", "--root", directory);

    assertThat(cli.complaint()).contains("Must specify tasks!");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aRootThatIsNotThereIsNamed() {
    Cli cli = Cli.run("kill", "--root", directory.resolve("none"), "x");

    assertThat(cli.complaint()).contains("cannot look into " + directory.resolve("none"));
    assertThat(cli.exitCode()).isEqualTo(ExitCode.NO_INPUT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2147483648", "3000000000", "9223372036854775807"})
  void aTimeThatCannotBeWaitedIsNamed(String seconds) {
    Cli cli = Cli.run("kill", "--root", directory, "--wait=" + seconds, "x");

    assertThat(cli.complaint())
        .contains("cannot use --wait=" + seconds + ": it is not between 0 and 2147483647 seconds");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void theLongestTimeCanBeUsed() throws Exception {
    bench.writeTask(OBEDIENT);
    bench.startAndAbandon();

    assertDone(bench.run("kill", "--wait=" + Integer.MAX_VALUE));
  }

  @Test
  void anExpressionThatIsNoneIsNamed() {
    Cli cli = Cli.run("kill", "--root", directory, "(");

    assertThat(cli.complaint()).contains("cannot use '(' as a regular expression");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE);
  }
}

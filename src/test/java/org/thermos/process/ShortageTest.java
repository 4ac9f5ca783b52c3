package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.Complaint;
import org.thermos.process.LogSpec.Rotate;
import org.thermos.process.ProgramSpec.ProcessGroup;
import org.thermos.process.UserSwitch.Moment;
import org.thermos.thrift.checkpoint.ProcessState;
import org.thermos.thrift.checkpoint.ProcessStatus;

/** No processes, no descriptors, no room: what a coordinator and its broker make of it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShortageTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  /** Nobody's, nor that of another run of the tests: nothing else counts against its limit. */
  private static final int UID = 50_000 + (int) (ProcessHandle.current().pid() % 10_000);

  private static final Account STRANGER = new Account("stranger", UID, UID, "/", List.of());

  private static final int EAGAIN = 11;

  /** All of a broker's below this are in use; poll(2) takes no more than the limit. */
  private static final int NO_MORE_DESCRIPTORS = 8;

  @TempDir Path directory;

  @BeforeEach
  void isRoot() {
    assumeTrue(
        Accounts.currentUid() == 0,
        "skipped: limits of other accounts and mounts need root, and this is a plain user");
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void waitsForAProcessThatTheAccountMayNotHaveYet(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity occupant = occupy(bench);
      ProcessIdentity coordinator = launchWithoutProcesses(bench);
      bench.broker.signal(occupant, Signal.KILL);
      bench.awaitExit(coordinator);

      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
      assertThat(bench.complaints())
          .containsExactly(
              "unable to fork the command: Resource temporarily unavailable; trying again for 30 s");
    }
  }

  @ParameterizedTest
  @CsvSource({"TERMINATE, -15", "USER_2, -9"})
  void canBeEndedWhileItWaitsForAProcess(Signal signal, int code) throws Exception {
    try (Workbench bench = new Workbench(directory, Binaries.sanitized())) {
      ProcessIdentity occupant = occupy(bench);
      ProcessIdentity coordinator = launchWithoutProcesses(bench);
      bench.broker.signal(coordinator, signal);
      bench.awaitExit(coordinator);

      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.KILLED);
      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(code);
      bench.broker.signal(occupant, Signal.KILL);
      bench.awaitExit(occupant); // Or it would count in the next test.
    }
  }

  /** One process of the account, so that with a coordinator it has two, which is all it may. */
  private static ProcessIdentity occupy(Workbench bench) throws IOException {
    return bench.broker.spawn(
        new ProgramSpec(
            List.of("sleep", "1000"),
            Map.of("PATH", Workbench.PATH),
            Optional.empty(),
            ProcessGroup.OWN,
            Optional.empty(),
            Optional.of(STRANGER)));
  }

  private ProcessIdentity launchWithoutProcesses(Workbench bench) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    run("prlimit", "--pid", "" + bench.brokerPid(), "--nproc=2:");
    Workbench.Run run = bench.run("true");
    run.userSwitch = Optional.of(new UserSwitch(STRANGER, Moment.BEFORE_SPAWN));
    ProcessIdentity coordinator = run.launch();
    bench.await(Complaint.class, complaint -> complaint.text().contains("fork"));
    return coordinator;
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void saysThatACoordinatorCannotBeForkedNow(Path binary) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path copy = Executables.copy(binary, directory.resolve("copy"));
    Process broker =
        new ProcessBuilder(
                "prlimit",
                "--nproc=1",
                "setpriv",
                "--reuid=" + UID,
                "--clear-groups",
                copy.toString(),
                "broker",
                "0",
                "1")
            .redirectError(directory.resolve("console").toFile())
            .start();
    try (Workbench bench = new Workbench(directory, binary);
        DataInputStream events = new DataInputStream(broker.getInputStream())) {
      assertThat(Frame.read(events).type()).isEqualTo(Wire.HELLO);
      broker.getOutputStream().write(SpecFrames.launch(1, bench.run("true").spec()).frame());
      broker.getOutputStream().flush();
      Frame reply = Frame.read(events);

      assertThat(reply.type()).isEqualTo(Wire.REFUSED);
      assertThat(reply.i32()).isEqualTo(EAGAIN);
      assertThat(new NativeException(EAGAIN, "").isShortage()).isTrue();
    } finally {
      broker.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void putsARunOffForWhichThereAreNoDescriptors(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      int broker = bench.brokerPid();
      String before = limit(broker);
      run("prlimit", "--pid", "" + broker, "--nofile=" + NO_MORE_DESCRIPTORS + ":" + before);
      // A coordinator that cannot be looked at could never be signalled, so there is none.
      NativeException refused =
          catchThrowableOfType(NativeException.class, () -> bench.run("touch ran").launch());
      assertThat(refused.isShortage()).isTrue();
      run("prlimit", "--pid", "" + broker, "--nofile=" + before + ":" + before);

      assertThat(bench.run("[ ! -e ran ]").toEnd()).isEqualTo(CoordinatorEnd.RECORDED);
      assertThat(bench.records()).extracting(ProcessStatus::getReturn_code).last().isEqualTo(0);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void takesNobodyForDeadForLackOfDescriptors(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator = bench.run("echo $$ > pid; exec sleep 1000").launch();
      ProcessIdentity command = bench.awaitPid("pid");
      int broker = bench.brokerPid();
      String before = limit(broker);
      run("prlimit", "--pid", "" + broker, "--nofile=" + NO_MORE_DESCRIPTORS + ":" + before);

      assertThat(bench.broker.killTree(coordinator)).containsExactly(coordinator.pid());
      NativeException refused =
          catchThrowableOfType(
              NativeException.class, () -> bench.broker.signal(coordinator, Signal.TERMINATE));
      assertThat(refused.isShortage()).isTrue();
      assertThat(Workbench.isAlive(command)).isTrue();
      run("prlimit", "--pid", "" + broker, "--nofile=" + before + ":" + before);
      assertThat(bench.broker.killTree(coordinator)).isEmpty();
      assertThat(Workbench.isAlive(command)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void putsARunOffForWhoseBeginningThereIsNoRoom(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path small = mount("size=16k");
      try {
        Workbench.Run run = bench.run("touch ran");
        run.checkpoint = small.resolve("coordinator.p");
        fill(small.resolve("ballast"));
        assertThat(run.toEnd()).isEqualTo(CoordinatorEnd.NOT_YET);
        assertThat(bench.sandbox.resolve("ran")).doesNotExist();
        Files.delete(small.resolve("ballast"));

        assertThat(run.toEnd()).isEqualTo(CoordinatorEnd.RECORDED);
        assertThat(Records.read(run.checkpoint)).hasSize(3);
      } finally {
        run("umount", "--lazy", small.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void dropsOutputForWhichThereIsNoRoomAndGoesOn(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Files.createDirectories(bench.sandbox.resolve(".logs"));
      // The ballast leaves more room than what may still be on its way: a pipe and a buffer.
      Path small = mount("size=512k");
      run("mount", "--move", small.toString(), bench.sandbox.resolve(".logs").toString());
      try {
        Workbench.Run run =
            bench.run("head -c 1000000 /dev/zero; rm .logs/ballast; echo end; echo ok > ended");
        Files.write(bench.sandbox.resolve(".logs/ballast"), new byte[200_000]);
        run.mode = new Rotate(1_000_000, 2);
        run.toEnd();

        assertThat(bench.sandbox.resolve("ended")).exists();
        assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
        assertThat(bench.log("stdout")).endsWith("end\n");
        assertThat(bench.complaints())
            .containsExactly(
                "unable to write stdout: No space left on device; some of its output is lost");
      } finally {
        run("umount", "--lazy", bench.sandbox.resolve(".logs").toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void waitsUntilLogsCanBeMadeAgain(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Files.createDirectories(bench.sandbox.resolve(".logs"));
      Path small = mount("size=64k,ro");
      run("mount", "--move", small.toString(), bench.sandbox.resolve(".logs").toString());
      try {
        ProcessIdentity coordinator = bench.run("echo ok").launch();
        bench.await(
            Complaint.class, complaint -> complaint.text().contains("Read-only file system"));
        run("mount", "-o", "remount,rw", bench.sandbox.resolve(".logs").toString());
        bench.awaitExit(coordinator);

        assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
        assertThat(bench.log("stdout")).isEqualTo("ok\n");
      } finally {
        run("umount", "--lazy", bench.sandbox.resolve(".logs").toString());
      }
    }
  }

  private Path mount(String options) throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", options, "thermos-test", small.toString());
    return small;
  }

  private static void fill(Path ballast) throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[1024]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  /** The hard limit of descriptors. */
  private static String limit(int pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.split(" +", -1)[4])
        .findFirst()
        .orElseThrow();
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.CoordinatorSpec.Root;
import org.thermos.process.CoordinatorSpec.ShellProfile;
import org.thermos.process.LogSpec.Rotate;
import org.thermos.process.UserSwitch.Moment;
import org.thermos.thrift.checkpoint.ProcessState;
import org.thermos.thrift.checkpoint.ProcessStatus;
import org.thermos.thrift.checkpoint.RunnerCkpt;

/** What a coordinator can do as root alone: other accounts, chroot, a full disk. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoordinatorAsRootTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  @TempDir Path directory;

  @BeforeEach
  void isRoot() {
    assumeTrue(
        Accounts.currentUid() == 0,
        "skipped: other accounts and chroot need root, and this is a plain user");
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void becomesTheProcessesUser(Path binary) throws Exception {
    Account nobody = new Accounts().named("nobody");
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run =
          bench.run(
              "id -u; id -g; grep -E '^(Uid|Gid|Groups|CapEff)' /proc/self/status | tr '\\t' ' '; stat -c %U:%G .logs .logs/p .logs/p/0 .logs/p/0/stdout");
      openTo(bench, nobody);
      run.userSwitch =
          Optional.of(
              new UserSwitch(
                  new Account("nobody", nobody.uid(), nobody.gid(), "/", List.of(4242, 4243)),
                  Moment.BEFORE_SPAWN));
      run.toEnd();

      String uid = Integer.toString(nobody.uid());
      String gid = Integer.toString(nobody.gid());
      assertThat(bench.log("stderr")).isEmpty();
      assertThat(bench.log("stdout").lines())
          .containsExactly(
              uid,
              gid,
              String.join(" ", "Uid:", uid, uid, uid, uid),
              String.join(" ", "Gid:", gid, gid, gid, gid),
              "Groups: 4242 4243 ",
              "CapEff: 0000000000000000",
              // As the original's setuid_nobody: the directory of the run alone is the user's.
              "root:root",
              "root:root",
              "nobody:nogroup",
              "nobody:nogroup");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void becomesTheUserAfterTheStartOfAContainerizer(Path binary) throws Exception {
    Account nobody = new Accounts().named("nobody");
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run =
          bench.run(
              "id -u; until [ -e go ]; do sleep 0.05; done; grep ^Uid /proc/$PPID/status | tr '\\t' ' '; stat -c %U .logs/p/0/stdout");
      openTo(bench, nobody);
      run.userSwitch = Optional.of(new UserSwitch(nobody, Moment.AFTER_SPAWN));
      ProcessIdentity coordinator = run.launch();
      bench.awaitRecord(2);
      Files.createFile(bench.sandbox.resolve("go"));
      bench.awaitExit(coordinator);

      String uid = Integer.toString(nobody.uid());
      assertThat(bench.log("stdout").lines())
          .containsExactly("0", String.join(" ", "Uid:", uid, uid, uid, uid), "nobody");
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void failsWithTheReasonWhenTheUserMayNotEnterTheSandbox(Path binary) throws Exception {
    Account nobody = new Accounts().named("nobody");
    try (Workbench bench = new Workbench(directory, binary)) {
      Files.setPosixFilePermissions(bench.sandbox, PosixFilePermissions.fromString("rwx------"));
      Workbench.Run run = bench.run("true");
      run.userSwitch = Optional.of(new UserSwitch(nobody, Moment.BEFORE_SPAWN));
      run.toEnd();

      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(125);
      assertThat(bench.log("stderr"))
          .contains("unable to enter directory")
          .contains("Permission denied");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void shutsTheCommandUpInItsChroot(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      furnish(bench.sandbox);
      Files.writeString(bench.sandbox.resolve(".thermos_profile"), "P=yes\n");
      Workbench.Run run =
          bench.run(
              "pwd; echo $P; echo *; (while :; do read -t 1 <> /pipe; done) & echo yes > ready; exit 4");
      run.root = Root.CHROOT_TO_DIRECTORY;
      run.profile =
          Optional.of(new ShellProfile(Path.of("/.thermos_profile"), "/.thermos_profile"));
      run.mode = new Rotate(1000, 2);
      run.components = List.of("logs", "p", "0");
      assertThat(
              new ProcessBuilder("mkfifo", bench.sandbox.resolve("pipe").toString())
                  .start()
                  .waitFor())
          .isZero();
      ProcessIdentity coordinator = run.launch();
      // The job in the background holds the log's pipe.
      bench.awaitFile("ready");
      bench.broker.signal(coordinator, Signal.USER_2);
      bench.awaitExit(coordinator);

      assertThat(Files.readString(bench.sandbox.resolve("logs/p/0/stdout")).lines())
          .startsWith("/", "yes")
          .element(2)
          .asString()
          .contains("bin")
          .contains("logs");
      assertThat(bench.complaints()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void keepsTheExitStatusUntilThereIsRoomForIt(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path small = Files.createDirectory(directory.resolve("small"));
      run("mount", "-t", "tmpfs", "-o", "size=16k", "thermos-test", small.toString());
      try {
        Workbench.Run run = bench.run("until [ -e go ]; do sleep 0.05; done; exit 6");
        run.checkpoint = small.resolve("coordinator.p");
        // A first record of such a length that FORKED and RUNNING fill the page, and the end needs
        // another one.
        Files.write(run.checkpoint, record(4096 - 2 * 53 - 10));
        run.waitingSeq = 1;
        bench.broker.watchDirectory(small);
        ProcessIdentity coordinator = run.launch();
        bench.await(
            BrokerEvent.Changed.class,
            any -> Files.exists(run.checkpoint) && recordCount(run.checkpoint) == 3);
        fill(small.resolve("ballast"));
        Files.createFile(bench.sandbox.resolve("go"));
        String complaint = bench.await(BrokerEvent.Complaint.class, any -> true).text();
        assertThat(complaint)
            .contains("unable to write the end of p")
            .contains("No space left on device");
        assertThat(recordCount(run.checkpoint)).isEqualTo(3);
        Files.delete(small.resolve("ballast"));
        bench.awaitExit(coordinator);

        assertThat(Records.read(run.checkpoint).get(3).getReturn_code()).isEqualTo(6);
      } finally {
        run("umount", "--lazy", small.toString());
      }
    }
  }

  private static int recordCount(Path checkpoint) {
    try {
      return Records.read(checkpoint).size();
    } catch (IOException e) {
      return -1;
    }
  }

  private static byte[] record(int size) throws TException {
    ProcessStatus status =
        new ProcessStatus().setSeq(0).setProcess("").setState(ProcessState.WAITING);
    RunnerCkpt record = new RunnerCkpt(RunnerCkpt._Fields.PROCESS_STATUS, status);
    int rest = size - Integer.BYTES - new TSerializer().serialize(record).length;
    status.setProcess("x".repeat(rest));
    byte[] payload = new TSerializer().serialize(record);
    return ByteBuffer.allocate(size).putInt(payload.length).put(payload).array();
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

  private static void openTo(Workbench bench, Account account) throws Exception {
    Files.setPosixFilePermissions(bench.directory, PosixFilePermissions.fromString("rwx--x--x"));
    run("chown", account.uid() + ":" + account.gid(), bench.sandbox.toString());
  }

  /** A bash, with what it needs. */
  private static void furnish(Path root) throws Exception {
    Process ldd = new ProcessBuilder("ldd", "/bin/bash").start();
    String needed =
        new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8) + " /bin/bash";
    for (String word : needed.split("\\s+", -1)) {
      if (word.startsWith("/")) {
        Path copy = root.resolve(word.substring(1));
        Files.createDirectories(copy.getParent());
        Executables.copy(Path.of(word), copy);
      }
    }
    Files.createDirectory(root.resolve("dev"));
    Files.createFile(root.resolve("dev/null"));
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.CoordinatorSpec.ShellProfile;
import org.thermos.thrift.checkpoint.ProcessState;
import org.thermos.thrift.checkpoint.ProcessStatus;

/** A coordinator's life as its checkpoint and its processes tell it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoordinatorTest {
  private static final String BOTH = "org.thermos.process.Binaries#both";

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource(BOTH)
  void writesWhatTheOriginalWritesByteForByte(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("true");
      run.process = "web";
      run.toEnd();

      byte[] written = Files.readAllBytes(bench.checkpoint);
      assertThat(written).hasSize(165);
      // Only the two pids and the three times are this run's own: their places are from the
      // annotated golden file.
      ByteBuffer golden = ByteBuffer.wrap(golden());
      ByteBuffer ours = ByteBuffer.wrap(written);
      golden.putInt(0x26, ours.getInt(0x26)).putInt(0x68, ours.getInt(0x68));
      for (int time : new int[] {0x2d, 0x5d, 0x94}) {
        assertThat(ours.getDouble(time))
            .isCloseTo(System.currentTimeMillis() / 1000.0, within(60.0));
        golden.putDouble(time, ours.getDouble(time));
      }
      assertThat(written).isEqualTo(golden.array());
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void recordsWhoDidWhatWhen(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("echo $$ > pid; exit 7");
      run.waitingSeq = 40;
      ProcessIdentity coordinator = run.launch();
      ExitStatus status = bench.awaitExit(coordinator);

      assertThat(CoordinatorEnd.of(status)).isEqualTo(CoordinatorEnd.RECORDED);
      List<ProcessStatus> records = bench.records();
      assertThat(records).extracting(ProcessStatus::getSeq).containsExactly(41L, 42L, 43L);
      assertThat(records)
          .extracting(ProcessStatus::getState)
          .containsExactly(ProcessState.FORKED, ProcessState.RUNNING, ProcessState.FAILED);
      assertThat(records.get(0).getCoordinator_pid()).isEqualTo(coordinator.pid());
      assertThat(records.get(1).getPid()).isEqualTo(Integer.parseInt(bench.awaitFile("pid")));
      assertThat(records.get(2).getReturn_code()).isEqualTo(7);
      assertThat(records.get(0).getFork_time()).isLessThanOrEqualTo(records.get(1).getStart_time());
      assertThat(records.get(1).getStart_time()).isLessThanOrEqualTo(records.get(2).getStop_time());
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void recordsTheSignalThatKilledTheCommand(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.run("kill -SEGV $$").toEnd();

      ProcessStatus end = bench.records().get(2);
      assertThat(end.getState()).isEqualTo(ProcessState.KILLED);
      assertThat(end.getReturn_code()).isEqualTo(-11);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void handsOnTheEnvironmentItIsToldAndNothingElse(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run =
          bench.run("env | cut -d= -f1 | sort | xargs; echo $HOME; pwd; umask; echo $0 $#");
      run.environment.put("HOME", bench.sandbox.toString());
      run.environment.put("LOGNAME", "tester");
      run.environment.put("USER", "tester");
      run.environment.put("THERMOS_BROKER", "3,4");
      run.toEnd();

      // As the original's env_default: bash itself adds PWD, SHLVL and _.
      assertThat(bench.log("stdout").lines())
          .containsExactly(
              "HOME LOGNAME PATH PWD SHLVL USER _",
              bench.sandbox.toString(),
              bench.sandbox.toString(),
              "0022",
              "/bin/bash 0");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void handsOnNoDescriptors(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      bench
          .run(
              "for fd in {0..40}; do [ -e /proc/$$/fd/$fd ] && echo -n $fd,; done; readlink /proc/$$/fd/0")
          .toEnd();

      assertThat(bench.log("stdout")).isEqualTo("0,1,2,/dev/null\n");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void handsOnNoSignalSettings(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      // No shell, which might mend them.
      Workbench.Run run = bench.run("");
      run.command = List.of("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status");
      run.toEnd();

      assertThat(bench.log("stdout").lines())
          .containsExactly("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void loadsTheProfileOnlyIfItExists(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path profile = bench.sandbox.resolve(".thermos_profile");
      Workbench.Run run = bench.run("echo FROM_PROFILE=$FROM_PROFILE BASH_ENV=$BASH_ENV");
      run.profile = Optional.of(new ShellProfile(profile, profile.toString()));
      run.toEnd();
      Files.writeString(profile, "export FROM_PROFILE=yes\n");
      run.waitingSeq = 4;
      run.toEnd();

      assertThat(bench.log("stdout").lines())
          .containsExactly("FROM_PROFILE= BASH_ENV=", "FROM_PROFILE=yes BASH_ENV=" + profile);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void leadsTheSessionAndTheGroupOfTheCommand(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator = bench.run("echo $$ > pid; sleep 1000").launch();
      ProcessTable table = new ProcessTable();
      ProcessEntry command = table.find(bench.awaitPid("pid").pid()).orElseThrow();

      assertThat(command.session()).isEqualTo(coordinator.pid());
      assertThat(command.group()).isEqualTo(coordinator.pid());
      assertThat(command.parent()).isEqualTo(coordinator.pid());
      assertThat(Files.readString(Path.of("/proc/" + coordinator.pid() + "/cmdline")))
          .startsWith("thermos-coordinator task p\0");
      assertThat(table.find(coordinator.pid()).orElseThrow().name()).isEqualTo("thermos-coord");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsJobsLeftInTheBackground(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench.run("sleep 1000 & echo $! > pid; until [ -e go ]; do sleep 0.05; done").launch();
      ProcessIdentity left = bench.awaitPid("pid");
      Files.createFile(bench.sandbox.resolve("go"));
      bench.awaitExit(coordinator);

      assertThat(Workbench.isAlive(left)).isFalse();
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
      assertThat(bench.complaints()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsWhatForkedTwiceAndLeftTheSession(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench
              .run(
                  "setsid bash -c '(trap \"\" TERM; sleep 1000 & echo $! > pid; wait) & exit' & until [ -e go ]; do sleep 0.05; done")
              .launch();
      ProcessIdentity escapee = bench.awaitPid("pid");
      Files.createFile(bench.sandbox.resolve("go"));
      bench.awaitExit(coordinator);

      assertThat(Workbench.isAlive(escapee)).isFalse();
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void passesTerminationOnToTheWholeTreeAndWaitsForIt(Path binary) throws Exception {
    // Better than the original, which signals the recorded pid alone and then kills the rest (gaps
    // 9.2 #18).
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench
              .run(
                  "(trap 'sleep 0.2; echo graceful; exit' TERM; echo $BASHPID > pid; while :; do sleep 1000 & wait; done) & wait")
              .launch();
      bench.awaitPid("pid");
      bench.broker.signal(coordinator, Signal.TERMINATE);
      bench.awaitExit(coordinator);

      assertThat(bench.log("stdout")).isEqualTo("graceful\n");
      ProcessStatus end = bench.records().get(2);
      assertThat(end.getState()).isEqualTo(ProcessState.KILLED);
      assertThat(end.getReturn_code()).isEqualTo(-15);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void goesOnWaitingForWhatIgnoresTermination(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench
              .run("trap 'echo again > termed' TERM; echo $$ > pid; while :; do sleep 0.05; done")
              .launch();
      ProcessIdentity command = bench.awaitPid("pid");
      bench.broker.signal(coordinator, Signal.TERMINATE);
      bench.awaitFile("termed");

      assertThat(Workbench.isAlive(command)).isTrue();
      assertThat(bench.records()).hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void killsEverythingWhenToldAndRecordsTheEnd(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run =
          bench.run("trap '' TERM INT HUP; setsid sleep 1000 & echo $! > pid; wait");
      run.destination = LogSpec.Destination.NONE;
      ProcessIdentity coordinator = run.launch();
      ProcessIdentity inner = bench.awaitPid("pid");
      bench.awaitRecord(2);
      bench.broker.signal(coordinator, Signal.USER_2);
      bench.awaitExit(coordinator);

      assertThat(Workbench.isAlive(inner)).isFalse();
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.KILLED);
      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(-9);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void ignoresWhatATerminalSendsToTheGroup(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      ProcessIdentity coordinator =
          bench.run("trap '' INT; echo $$ > pid; until [ -e go ]; do sleep 0.05; done").launch();
      bench.awaitPid("pid");
      bench.broker.signal(coordinator, Signal.INTERRUPT);
      bench.broker.signal(coordinator, Signal.USER_1);
      Files.createFile(bench.sandbox.resolve("go"));
      bench.awaitExit(coordinator);

      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void failsWithTheReasonWhenTheCommandIsMissing(Path binary) throws Exception {
    // Better than the original, where such a run is silent for a minute (gaps 9.1 #10).
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("");
      run.command = List.of("/no/such/bash", "-c", "true");
      CoordinatorEnd end = run.toEnd();

      assertThat(end).isEqualTo(CoordinatorEnd.RECORDED);
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.FAILED);
      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(127);
      assertThat(bench.log("stderr"))
          .isEqualTo("thermos: unable to execute /no/such/bash: No such file or directory\n");
      assertThat(bench.complaints())
          .singleElement()
          .asString()
          .contains("unable to execute /no/such/bash");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void failsWithTheReasonWhenTheCommandCannotBeExecuted(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("");
      run.command = List.of(bench.sandbox.toString());
      run.toEnd();

      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(126);
      assertThat(bench.log("stderr")).contains("Permission denied");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void failsWithTheReasonWhenTheSandboxIsMissing(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Workbench.Run run = bench.run("true");
      run.cwd = Optional.of(directory.resolve("nowhere"));
      run.toEnd();

      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(125);
      assertThat(bench.log("stderr")).contains("unable to enter directory").contains("nowhere");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void refusesALogDirectoryBehindASymbolicLink(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
      Files.createSymbolicLink(bench.sandbox.resolve(".logs"), elsewhere);
      bench.run("true").toEnd();

      assertThat(elsewhere).isEmptyDirectory();
      assertThat(bench.records().get(2).getState()).isEqualTo(ProcessState.FAILED);
      assertThat(bench.records().get(2).getReturn_code()).isEqualTo(125);
      assertThat(bench.complaints())
          .singleElement()
          .asString()
          .contains("unable to make the log directory");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void refusesALogFileThatLeadsElsewhere(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Path target = Files.writeString(directory.resolve("target"), "precious");
      Path logs = Files.createDirectories(bench.sandbox.resolve(".logs/p/0"));
      Files.createSymbolicLink(logs.resolve("stdout"), target);
      bench.run("echo overwritten").toEnd();
      Files.delete(logs.resolve("stdout"));
      Files.createLink(logs.resolve("stdout"), target);
      Workbench.Run second = bench.run("echo overwritten");
      second.waitingSeq = 4;
      second.toEnd();

      assertThat(target).hasContent("precious");
      assertThat(bench.complaints())
          .hasSize(2)
          .allMatch(text -> text.contains("unable to open the log file stdout"));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void startsNothingWhileAnEarlierRunHoldsTheCheckpoint(Path binary) throws Exception {
    // Better than the original, which counts this as a failure of the process (gaps 9.1 #12).
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.run("sleep 1000").launch();
      bench.awaitRecord(2);
      Workbench.Run second = bench.run("touch second");
      second.waitingSeq = 4;

      assertThat(second.toEnd()).isEqualTo(CoordinatorEnd.BUSY);
      assertThat(bench.records()).hasSize(2);
      assertThat(bench.sandbox.resolve("second")).doesNotExist();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void startsNoRunTwice(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.run("true").toEnd();

      assertThat(bench.run("touch second").toEnd()).isEqualTo(CoordinatorEnd.SUPERSEDED);
      assertThat(bench.records()).hasSize(3);
      assertThat(bench.sandbox.resolve("second")).doesNotExist();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void cutsATornRecordOff(Path binary) throws Exception {
    // Better than the original, which writes on behind it where no reader gets (gaps 9.1 #2).
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.run("true").toEnd();
      byte[] first = Files.readAllBytes(bench.checkpoint);
      Files.write(bench.checkpoint, new byte[] {0, 0, 0, 49, 12, 0, 2}, StandardOpenOption.APPEND);
      Workbench.Run second = bench.run("true");
      second.waitingSeq = 4;
      second.toEnd();

      assertThat(bench.records())
          .extracting(ProcessStatus::getSeq)
          .containsExactly(1L, 2L, 3L, 5L, 6L, 7L);
      assertThat(Files.size(bench.checkpoint)).isEqualTo(2L * first.length);
      assertThat(bench.complaints())
          .singleElement()
          .asString()
          .contains("7 bytes of a torn record");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void startsNothingBehindARecordThatIsDamagedInTheMiddle(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      bench.run("true").toEnd();
      byte[] damaged = Files.readAllBytes(bench.checkpoint);
      damaged[0] = 1; // The length of the first of three records.
      Files.write(bench.checkpoint, damaged);
      Workbench.Run second = bench.run("touch ran");
      second.waitingSeq = 4;

      assertThat(second.toEnd()).isEqualTo(CoordinatorEnd.FAILED);

      assertThat(bench.complaints())
          .singleElement()
          .asString()
          .contains("it is damaged at offset 0, though records follow; move it away");
      assertThat(bench.checkpoint).hasBinaryContent(damaged);
      assertThat(bench.sandbox.resolve("ran")).doesNotExist();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void startsNothingWhenForkedCannotBeWritten(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary)) {
      Files.createSymbolicLink(bench.checkpoint, Path.of("/dev/full"));

      // There may be room again: nothing is lost by trying later.
      assertThat(bench.run("touch ran").toEnd()).isEqualTo(CoordinatorEnd.NOT_YET);
      assertThat(bench.sandbox.resolve("ran")).doesNotExist();
      assertThat(bench.complaints()).singleElement().asString().contains("No space left on device");
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void startsNothingWhenItsRunnerDiedBeforeForked(Path binary) throws Exception {
    // Contract 5: the broker is held still until its JVM has gone, so that it finds the launch and
    // the end of its commands together.
    try (Workbench bench = new Workbench(directory, binary)) {
      Path commands = directory.resolve("commands");
      assertThat(new ProcessBuilder("mkfifo", commands.toString()).start().waitFor()).isZero();
      Path frame = directory.resolve("frame");
      Files.write(frame, SpecFrames.launch(1, bench.run("touch ran").spec()).frame());
      // In place of that JVM. What this one holds open, any process that it forks does too.
      ProcessIdentity jvm =
          bench.broker.spawn(
              Programs.of(
                  "/bin/sh",
                  "-c",
                  "exec > %s; until [ -e %s/go ]; do sleep 0.01; done; cat %s"
                      .formatted(commands, bench.sandbox, frame)));
      Process broker =
          new ProcessBuilder("/bin/sh", "-c", "exec " + binary + " broker 0 1 < " + commands)
              .start();
      // Its greeting: from here on it waits for commands.
      assertThat(broker.getInputStream().readNBytes(13)).hasSize(13);
      ProcessTable table = new ProcessTable();
      ProcessIdentity identity = table.find((int) broker.pid()).orElseThrow().identity();
      bench.broker.signal(identity, Signal.STOP);
      Files.createFile(bench.sandbox.resolve("go"));
      bench.awaitExit(jvm);
      bench.broker.signal(identity, Signal.CONTINUE);
      // Also the coordinator's standard error: its end of file is the end of both.
      try (InputStream errors = broker.getErrorStream()) {
        assertThat(errors.readAllBytes()).isEmpty();
      }
      broker.waitFor();

      assertThat(bench.checkpoint).doesNotExist();
      assertThat(bench.sandbox.resolve("ran")).doesNotExist();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void outlivesItsBroker(Path binary) throws Exception {
    try (Workbench bench = new Workbench(directory, binary);
        Workbench successor = new Workbench(directory, binary)) {
      bench.broker.lock(directory.resolve("runner"), Duration.ZERO);
      ProcessIdentity coordinator =
          bench.run("echo $$ > pid; until [ -e go ]; do sleep 0.05; done; echo done").launch();
      bench.awaitPid("pid");
      bench.broker.close();

      successor.broker.lock(directory.resolve("runner"), Duration.ZERO);
      assertThat(Workbench.isAlive(coordinator)).isTrue();
      successor.broker.watchExit(coordinator);
      Files.createFile(bench.sandbox.resolve("go"));
      successor.await(BrokerEvent.Gone.class, gone -> gone.process().equals(coordinator));

      assertThat(successor.log("stdout")).isEqualTo("done\n");
      assertThat(successor.records().get(2).getState()).isEqualTo(ProcessState.SUCCESS);
    }
  }

  private static byte[] golden() throws Exception {
    try (InputStream in =
        CoordinatorTest.class.getResourceAsStream("/golden/ports/coordinator.web")) {
      return in.readAllBytes();
    }
  }
}

package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.checkpoint.TaskState;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.NativeBinary;
import org.thermos.process.ProcessIdentity;
import org.thermos.runner.RunnerProgram;

/** What becomes of the logs of a runner that may be anybody's. */
@Timeout(60)
class RunnerLaunchTest {
  private static final StopWish WISH =
      new StopWish(TaskState.KILLED, Optional.of(Duration.ZERO), StopWish.Pressure.FORCE);

  @TempDir private Path directory;

  private RunnerLaunch launch() throws Exception {
    Path logs = Files.createDirectories(directory.resolve("ours/log"));
    return new RunnerLaunch(new ProcessIdentity(1, 0), directory, logs);
  }

  @Test
  void itsLogsAreForgotten() throws Exception {
    RunnerLaunch launch = launch();
    Files.createFile(launch.logs().resolve(RunnerProgram.LOG_FILE));
    Files.createFile(launch.logs().resolve(RunnerProgram.FAILURE_FILE));
    Files.createFile(launch.logs().resolve("output"));

    launch.forget();

    assertThat(directory).isEmptyDirectory();
  }

  /** One that could be a symbolic link by the time it is opened. */
  @Test
  void noDirectoryThatItMadeIsEntered() throws Exception {
    RunnerLaunch launch = launch();
    Path file = Files.createDirectory(launch.logs().resolve("etc")).resolve("passwd");
    Files.createFile(file);

    launch.forget();

    assertThat(file).exists();
  }

  @Test
  void itsNoteIsNotReadThroughALink() throws Exception {
    RunnerLaunch launch = launch();
    Path secret = Files.writeString(directory.resolve("secret"), "secret\n");
    Files.createSymbolicLink(launch.logs().resolve(RunnerProgram.FAILURE_FILE), secret);

    assertThat(launch.note()).isEmpty();
  }

  @Test
  void whomItRunsAsCannotPutAnotherDirectoryInTheirPlace() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: a checkpoint of another account");
    try (OpenDirectory open = OpenDirectory.make("rwxrwxrwx");
        Broker broker = Broker.start(NativeBinary.locate())) {
      TaskPaths paths = TaskPaths.of(open.path().resolve("root"), "task");
      Files.createDirectories(paths.checkpoints());
      Files.setAttribute(paths.checkpoints(), "unix:uid", new Accounts().named("nobody").uid());
      Path victim = Files.createDirectory(open.path().resolve("victim"));
      Files.createFile(victim.resolve("output"));
      Path program =
          Programs.script(
              open.path(),
              "program",
              "for it; do case $it in --log_dir=*) logs=${it#*=};; esac; done",
              "mv $logs $logs.away && ln -s " + victim + " $logs");
      RunnerLaunch launch =
          RunnerLaunch.start(broker, program, paths, WISH, Optional.empty(), RunnerLaunch.Task.END);
      while (!(broker.next() instanceof BrokerEvent.Exited)) {
        // Something else.
      }

      assertThat(launch.note().orElseThrow()).contains("mv: ", "Permission denied");
      launch.forget();

      assertThat(victim.resolve("output")).exists();
      assertThat(launch.logs().getParent()).doesNotExist();
    }
  }
}

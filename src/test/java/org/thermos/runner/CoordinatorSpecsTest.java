package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.LoggerConfig;
import org.thermos.config.ProcessConfig;
import org.thermos.config.RotatePolicy;
import org.thermos.process.Account;
import org.thermos.process.CoordinatorSpec;
import org.thermos.process.CoordinatorSpec.Root;
import org.thermos.process.LogSpec;
import org.thermos.process.UserSwitch;

class CoordinatorSpecsTest {
  private static final Account ROOT = new Account("root", 0, 0, "/root", List.of());
  private static final Account WWW = new Account("www", 33, 33, "/var/www", List.of(7));
  private static final LoggerDefaults NO_DEFAULTS =
      new LoggerDefaults(
          Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

  private static CoordinatorSpecs specs(
      Account account, Root root, boolean preserve, LoggerDefaults defaults) {
    return new CoordinatorSpecs(
        TaskPaths.of(Path.of("/checkpoints"), "task"),
        Path.of("/run/sandbox"),
        account,
        ROOT,
        root,
        preserve,
        Map.of("PATH", "/bin", "SECRET", "1"),
        defaults,
        Optional.empty());
  }

  private static ProcessConfig process(Optional<LoggerConfig> logger) {
    return new ProcessConfig("p", "echo hi", 1, false, false, Duration.ZERO, false, logger);
  }

  private static CoordinatorSpec plain(Account account) {
    return specs(account, Root.HOST, false, NO_DEFAULTS).of(process(Optional.empty()), 2, 8);
  }

  @Test
  void runsTheCommandLineWithBash() {
    CoordinatorSpec spec = plain(ROOT);

    assertThat(spec.command()).containsExactly("/bin/bash", "-c", "echo hi");
    assertThat(spec.checkpoint()).isEqualTo(Path.of("/checkpoints/checkpoints/task/coordinator.p"));
    assertThat(spec.waitingSeq()).isEqualTo(8);
    assertThat(spec.userSwitch()).isEmpty();
    assertThat(spec.log().components()).containsExactly("sandbox", ".logs", "p", "2");
  }

  @Test
  void givesNothingOfTheRunnersEnvironmentUnlessAsked() {
    assertThat(plain(WWW).environment())
        .isEqualTo(Map.of("HOME", "/run/sandbox", "LOGNAME", "www", "USER", "www", "PATH", "/bin"));
    assertThat(
            specs(WWW, Root.HOST, true, NO_DEFAULTS)
                .of(process(Optional.empty()), 0, 0)
                .environment())
        .containsEntry("SECRET", "1");
  }

  @Test
  void switchesTheAccountOnlyIfItIsAnother() {
    assertThat(plain(WWW).userSwitch().orElseThrow().account()).isEqualTo(WWW);
    assertThat(plain(ROOT).userSwitch()).isEmpty();
  }

  @Test
  void isAtHomeInAChroot() {
    CoordinatorSpec spec =
        specs(WWW, Root.CHROOT_TO_DIRECTORY, false, NO_DEFAULTS)
            .of(process(Optional.empty()), 0, 0);

    assertThat(spec.environment()).containsEntry("HOME", "/var/www");
    assertThat(spec.profile().orElseThrow().bashEnv()).isEqualTo("/.thermos_profile");
  }

  @Test
  void aLoggerOfTheProcessHidesEveryFlag() {
    LoggerDefaults flags =
        new LoggerDefaults(
            Optional.of(LoggerConfig.Destination.BOTH),
            Optional.of(LoggerConfig.Mode.ROTATE),
            OptionalInt.of(2),
            OptionalInt.of(0));
    LoggerConfig own =
        new LoggerConfig(
            LoggerConfig.Destination.FILE,
            LoggerConfig.Mode.ROTATE,
            Optional.of(new RotatePolicy(70, 2)));

    LogSpec byFlags =
        specs(ROOT, Root.HOST, false, flags).of(process(Optional.empty()), 0, 0).log();
    LogSpec byProcess =
        specs(ROOT, Root.HOST, false, flags).of(process(Optional.of(own)), 0, 0).log();

    assertThat(byFlags.destination()).isEqualTo(LogSpec.Destination.BOTH);
    assertThat(byFlags.mode()).isEqualTo(new LogSpec.Rotate(2 * 1024 * 1024, 5));
    assertThat(byProcess.destination()).isEqualTo(LogSpec.Destination.FILE);
    assertThat(byProcess.mode()).isEqualTo(new LogSpec.Rotate(70, 2));
  }

  @Test
  void entersAFilesystemImageThroughTheContainerizer() {
    CoordinatorSpec spec =
        new CoordinatorSpecs(
                TaskPaths.of(Path.of("/checkpoints"), "task"),
                Path.of("/run/sandbox"),
                WWW,
                ROOT,
                Root.HOST,
                false,
                Map.of("PATH", "/bin"),
                NO_DEFAULTS,
                Optional.of(
                    new Containerizer(
                        Path.of("/usr/libexec/mesos/mesos-containerizer"),
                        true,
                        Path.of("/run/taskfs"),
                        "/mnt/mesos/sandbox")))
            .of(process(Optional.empty()), 0, 0);

    assertThat(spec.command())
        .containsExactly(
            "/usr/libexec/mesos/mesos-containerizer",
            "launch",
            "--unshare_namespace_mnt",
            "--launch_info={\"command\":{\"arguments\":[\"/bin/bash\",\"-c\",\"echo hi\"],"
                + "\"shell\":false,\"value\":\"/bin/bash\"},\"rootfs\":\"/run/taskfs\","
                + "\"user\":\"www\",\"working_directory\":\"/mnt/mesos/sandbox\"}");
    assertThat(spec.environment()).containsEntry("HOME", "/mnt/mesos/sandbox");
    assertThat(spec.profile().orElseThrow())
        .isEqualTo(
            new CoordinatorSpec.ShellProfile(
                Path.of("/run/taskfs/mnt/mesos/sandbox/.thermos_profile"),
                "/mnt/mesos/sandbox/.thermos_profile"));
    assertThat(spec.userSwitch().orElseThrow().moment()).isEqualTo(UserSwitch.Moment.AFTER_SPAWN);
  }
}

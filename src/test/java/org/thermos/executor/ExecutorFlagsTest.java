package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.flags.FlagParser;
import org.thermos.flags.UsageException;
import org.thermos.log.StandardErrorLog;
import org.thermos.mesos.DriverKind;
import org.thermos.sandbox.AccountPolicy;

/** The contract with those who write -thermos_executor_flags (executor 6.2). */
class ExecutorFlagsTest {
  @Test
  void namesAndDefaults() {
    assertThat(
            ExecutorFlags.ALL.stream()
                .flatMap(group -> group.flags().stream())
                .map(flag -> flag.name() + " " + flag.defaultValue().orElse("-")))
        .containsExactly(
            "driver http",
            "relay task",
            "max-tasks 1",
            "execute-as-user -",
            "nosetuid -",
            "nosetuid-health-checks -",
            "mesos-containerizer-path /usr/libexec/mesos/mesos-containerizer",
            "no-create-user -",
            "sandbox-mount-point /mnt/mesos/sandbox",
            "preserve_env -",
            "stop_timeout_in_secs 120",
            "runner-logger-destination -",
            "runner-logger-mode -",
            "runner-rotate-log-size-mb -",
            "runner-rotate-log-backups -",
            "announcer-ensemble -",
            "announcer-serverset-path /aurora",
            "announcer-allow-custom-serverset-path -",
            "announcer-hostname -",
            "announcer-zookeeper-auth-config -",
            "announcer-connect-timeout-secs -",
            "announcer-wait-for-health -",
            "log_dir -",
            "log_to_stderr -",
            "log_to_disk -",
            "enable_http -",
            "http_port 8888",
            "app_debug -",
            "help -");
  }

  @Test
  void defaults() throws Exception {
    ExecutorOptions options = parse();

    assertThat(options.driver()).isEqualTo(DriverKind.HTTP);
    assertThat(options.relay()).isEqualTo(Relay.TASK);
    assertThat(options.stopTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(options.accounts())
        .isEqualTo(new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty()));
    assertThat(options.runnerArguments()).isEmpty();
    assertThat(options.ignored()).isEmpty();
  }

  @Test
  void runnersGetTheirLoggers() throws Exception {
    assertThat(
            parse(
                    "--runner-logger-destination=both",
                    "--runner_logger_mode=rotate",
                    "--runner-rotate-log-size-mb=10",
                    "--runner-rotate-log-backups=3",
                    "--preserve-env")
                .runnerArguments())
        .containsExactly(
            "--process_logger_destination=both",
            "--process_logger_mode=rotate",
            "--rotate_log_size_mb=10",
            "--rotate_log_backups=3",
            "--preserve_env");
  }

  @Test
  void whatHasNoEffectYetIsNoticed() throws Exception {
    assertThat(parse("--app_debug", "--log_to_disk=DEBUG", "--relay=process").ignored())
        .containsExactly("log_to_disk", "app_debug");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--relay=all",
        "--max-tasks=0",
        "--max-tasks=many",
        "--driver=carrier-pigeon",
        "--stop_timeout_in_secs=-1",
        "--stop_timeout_in_secs=soon",
        "--runner-logger-destination=syslog",
        "--runner-logger-mode=loud",
        "--runner-rotate-log-size-mb=big"
      })
  void whatCannotBeUsedIsRefused(String flag) {
    assertThatThrownBy(() -> parse(flag))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(flag.substring(flag.indexOf('=') + 1));
  }

  private static ExecutorOptions parse(String... arguments) throws UsageException {
    return ExecutorOptions.from(
        FlagParser.grouped("thermos-executor", ExecutorFlags.ALL).parse(arguments),
        StandardErrorLog.INSTANCE);
  }
}

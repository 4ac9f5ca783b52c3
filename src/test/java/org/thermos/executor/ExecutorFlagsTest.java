package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.flags.Flag;
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

  /** executor 6.2, row by row: what the original has, under both of its spellings. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "announcer-ensemble,none",
        "announcer-serverset-path,/aurora",
        "announcer-allow-custom-serverset-path,off",
        "announcer-hostname,none",
        "announcer-zookeeper-auth-config,none",
        "mesos-containerizer-path,/usr/libexec/mesos/mesos-containerizer",
        "no-create-user,off",
        "sandbox-mount-point,/mnt/mesos/sandbox",
        "execute-as-user,none",
        "nosetuid,off",
        "nosetuid-health-checks,off",
        "runner-logger-destination,none",
        "runner-logger-mode,none",
        "runner-rotate-log-size-mb,none",
        "runner-rotate-log-backups,none",
        "preserve_env,off",
        "stop_timeout_in_secs,120",
        "log_dir,none",
        "log_to_stderr,none",
        "log_to_disk,none",
        "enable_http,off",
        "http_port,8888",
        "app_debug,off"
      })
  void everyFlagOfTheOriginalIsThere(String name, String byDefault) throws Exception {
    Flag flag =
        ExecutorFlags.ALL.stream()
            .flatMap(group -> group.flags().stream())
            .filter(it -> it.name().equals(name))
            .findFirst()
            .orElseThrow();
    boolean isSwitch = "off".equals(byDefault);
    assertThat(flag.kind()).isEqualTo(isSwitch ? Flag.Kind.SWITCH : Flag.Kind.VALUE);
    assertThat(flag.defaultValue()).isEqualTo(Optional.ofNullable(isSwitch ? null : byDefault));

    FlagParser parser = FlagParser.grouped("thermos-executor", ExecutorFlags.ALL);
    for (String spelling : List.of(name.replace('_', '-'), name.replace('-', '_'))) {
      if (isSwitch) {
        assertThat(parser.parse("--" + spelling).isSet(flag)).isTrue();
      } else {
        assertThat(parser.parse("--" + spelling + "=7").get(flag)).hasValue("7");
        assertThat(parser.parse("--" + spelling, "7").get(flag)).hasValue("7");
      }
    }
    String mistyped = "--" + name.replaceFirst("^(.)(.)", "$2$1");
    assertThatThrownBy(() -> parser.parse(mistyped + "=7"))
        .isInstanceOf(UsageException.class)
        .hasMessage("cannot use " + mistyped + ": no such flag; did you mean --" + name + "?");
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
        "--max-tasks=",
        "--http_port=65536",
        "--http_port=none",
        "--stop_timeout_in_secs=",
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

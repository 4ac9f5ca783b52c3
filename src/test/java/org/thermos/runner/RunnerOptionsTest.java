package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.config.LoggerConfig;
import org.thermos.flags.FlagParser;
import org.thermos.flags.UsageException;

class RunnerOptionsTest {
  private static RunnerOptions parse(String... more) throws UsageException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--thermos_json=/t.json", "--sandbox=/s/../sandbox", "--checkpoint-root=/root"));
    arguments.addAll(List.of(more));
    return RunnerOptions.from(
        new FlagParser("thermos-runner", RunnerFlags.ALL).parse(arguments.toArray(String[]::new)));
  }

  /** Changing a flag or a default changes this list, so that it is seen in review. */
  @Test
  void hasTheOriginalsFlags() {
    assertThat(
            RunnerFlags.ALL.stream()
                .map(flag -> flag.name() + flag.defaultValue().map(v -> "=" + v).orElse("")))
        .containsExactly(
            "thermos_json",
            "sandbox",
            "container_sandbox",
            "checkpoint_root",
            "task_id",
            "setuid",
            "enable_chroot",
            "mesos_containerizer_path",
            "preserve_env",
            "port",
            "hostname",
            "process_logger_destination",
            "process_logger_mode",
            "rotate_log_size_mb",
            "rotate_log_backups",
            "stop",
            "resume",
            "kill_damaged",
            "kill_wait_secs=60",
            "log_dir=/var/tmp",
            "help");
  }

  @Test
  void leavesOutWhatIsNotGiven() throws UsageException {
    RunnerOptions options = parse();

    assertThat(options.sandbox()).isEqualTo(Path.of("/sandbox"));
    assertThat(options.taskId()).isEmpty();
    assertThat(options.user()).isEmpty();
    assertThat(options.ports()).isEmpty();
    assertThat(options.chroot()).isFalse();
    assertThat(options.killWait()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.loggerDefaults().destination()).isEmpty();
  }

  @Test
  void understandsWhatIsGiven() throws UsageException {
    RunnerOptions options =
        parse(
            "--port=http:80",
            "--port=admin:81",
            "--process_logger_destination=both",
            "--process_logger_mode=rotate",
            "--rotate_log_size_mb=3",
            "--rotate_log_backups=2");

    assertThat(options.ports()).isEqualTo(Map.of("http", 80, "admin", 81));
    assertThat(options.loggerDefaults().destination()).contains(LoggerConfig.Destination.BOTH);
    assertThat(options.loggerDefaults().mode()).contains(LoggerConfig.Mode.ROTATE);
    assertThat(options.loggerDefaults().sizeMebibytes()).hasValue(3);
    assertThat(options.loggerDefaults().backups()).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=http|Invalid value for --port: http should be of form NAME:PORT",
        "--port=a:b:c|Invalid value for --port: a:b:c should be of form NAME:PORT",
        "--port=http:x|Port does not appear to be an integer: x",
        "--process_logger_mode=never|cannot use --process_logger_mode=never: it is not one of"
            + " standard or rotate",
        "--rotate_log_backups=many|cannot use --rotate_log_backups=many: it is not a whole number",
      })
  void refusesWhatItCannotUnderstand(String argument, String message) {
    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }
}

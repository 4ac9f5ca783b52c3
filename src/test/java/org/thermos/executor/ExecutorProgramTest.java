package org.thermos.executor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real program on its command line, with nothing else of an agent. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class ExecutorProgramTest {
  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, Duration.ofSeconds(1));
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void helpIsFitToRead() throws Exception {
    Output output = run("--help");

    try (InputStream golden = getClass().getResourceAsStream("/help/thermos-executor.txt")) {
      assertThat(output.text()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(output.errors()).isEmpty();
    assertThat(output.exitCode()).isZero();
    assertThat(output.text().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--anouncer-ensemble=zk | cannot use --anouncer-ensemble: no such flag; did you mean"
            + " --announcer-ensemble?",
        "--max-tasks=0 | cannot use --max-tasks=0: it must be at least 1",
        "--stop_timeout_in_secs= | cannot use --stop_timeout_in_secs=: it is not a whole number",
        "--http_port=65536 | cannot use --http_port=65536: it must be from 0 to 65535",
        "--relay=all | cannot use --relay=all: it is not task or process",
        "--enable_http=1 | cannot use --enable_http=1: --enable_http takes no value",
        "--log_dir | cannot use --log_dir: its value is missing",
        "task.json | cannot use argument 'task.json': thermos-executor takes only flags, see --help"
      })
  void whatCannotBeUsedIsSaidInOneLine(String argument, String complaint) throws Exception {
    Output output = run(argument);

    assertThat(output.errors()).isEqualTo("thermos-executor: " + complaint + "\n");
    assertThat(output.text()).isEmpty();
    assertThat(output.exitCode()).isEqualTo(ExecutorExit.USAGE.code()).isEqualTo(2);
  }

  @Test
  void credentialsThatCannotBeReadAreSaidAtOnceAndNotRepeated() throws Exception {
    Path file = directory.resolve("auth.json");
    Files.writeString(file, "{\"auth\": [{\"credential\": \"user:s3cr3t\"");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Output output =
        run("--announcer-ensemble=127.0.0.1:1", "--announcer-zookeeper-auth-config=" + file);

    assertThat(output.exitCode()).isEqualTo(2);
    assertThat(output.errors())
        .startsWith("thermos-executor: Problem parsing ZK authentication config ")
        .hasLineCount(1)
        .doesNotContain("s3cr3t");
  }

  private record Output(int exitCode, String text, String errors) {}

  private Output run(String... arguments) throws Exception {
    Process program = cluster.executor(arguments).start();
    // One line, or less than a pipe holds.
    assertThat(program.waitFor(90, TimeUnit.SECONDS)).as("ends: %s", List.of(arguments)).isTrue();
    return new Output(
        program.exitValue(),
        new String(program.getInputStream().readAllBytes(), UTF_8),
        new String(program.getErrorStream().readAllBytes(), UTF_8));
  }
}

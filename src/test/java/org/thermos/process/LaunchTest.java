package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thermos.process.BrokerEvent.Echoed;
import org.thermos.process.BrokerEvent.Exited;
import org.thermos.process.ProgramSpec.ProcessGroup;

/** A JVM that was started with a broker at its side. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LaunchTest {
  @TempDir Path directory;

  /** What runs in that JVM. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      Path directory = Path.of(arguments[0]);
      try (Broker broker = Broker.inherited()) {
        broker.lock(directory.resolve("lock"), Duration.ZERO);
        broker.spawn(
            new ProgramSpec(
                List.of("env"),
                System.getenv(),
                Optional.empty(),
                ProcessGroup.INHERITED,
                Optional.of(directory.resolve("environment")),
                Optional.empty()));
        BrokerEvent event = broker.next();
        while (!(event instanceof Exited)) {
          event = broker.next();
        }
        UnixSignals.handle(
            Signal.USER_1,
            () -> {
              try {
                broker.echo(10);
              } catch (IOException e) {
                System.exit(3);
              }
            });
        System.out.println(broker.lockHolder(directory.resolve("lock")).getAsInt());
        System.exit(broker.next().equals(new Echoed(10)) ? 7 : 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.thermos.process.Binaries#both")
  void hasTheBrokerItWasLaunchedWith(Path binary) throws Exception {
    Process jvm = launch(binary);
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
        Workbench bench = new Workbench(directory, binary)) {
      ProcessEntry broker = new ProcessTable().find(Integer.parseInt(out.readLine())).orElseThrow();
      // The JVM has the pid that was launched, and the broker is its child.
      assertThat(broker.parent()).isEqualTo((int) jvm.pid());
      bench.broker.watchExit(broker.identity());
      ProcessIdentity program = new ProcessTable().find((int) jvm.pid()).orElseThrow().identity();
      // The signal's thread wakes the main loop.
      bench.broker.signal(program, Signal.USER_1);
      assertThat(jvm.waitFor()).isEqualTo(7);
      // The broker ends with its JVM.
      assertThat(bench.broker.next()).isEqualTo(new BrokerEvent.Gone(broker.identity()));

      assertThat(Files.readString(directory.resolve("environment")))
          .contains("PATH=")
          .doesNotContain("THERMOS_BROKER");
    }
  }

  @Test
  void saysWhatCannotBeLaunched() throws Exception {
    Process process =
        new ProcessBuilder(NativeBinary.locate().toString(), "launch", "--", "/no/such/java")
            .start();

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("thermos-native: unable to execute /no/such/java: No such file or directory\n");
    assertThat(process.waitFor()).isEqualTo(127);
  }

  @Test
  void explainsItsUse() throws Exception {
    Process process = new ProcessBuilder(NativeBinary.locate().toString(), "serve").start();

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("usage: thermos-native launch -- PROGRAM");
    assertThat(process.waitFor()).isEqualTo(100);
  }

  private Process launch(Path binary) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            binary.toString(),
            "launch",
            "--",
            java,
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            directory.toString());
    builder.environment().putAll(Map.of("PATH", Workbench.PATH));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}

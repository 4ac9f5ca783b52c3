package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The announcer in a JVM of its own with the few libraries that an executor gives it. */
@Timeout(60)
class LeanAnnouncerTest {
  private static final String LIBRARIES =
      ".*/(curator-client|zookeeper|zookeeper-jute|slf4j-api|jackson-core)-[^/]*\\.jar";

  @Test
  void fourLibrariesBesideJacksonAreEnough() throws Exception {
    try (LocalZooKeeper server = new LocalZooKeeper(Duration.ofSeconds(2))) {
      Process announcer = launch("127.0.0.1:" + server.port());
      List<String> lines = new ArrayList<>();
      try (BufferedReader out = announcer.inputReader()) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          lines.add(line);
          if (line.startsWith("Joined")) {
            announcer.outputWriter().close();
          }
        }
      } finally {
        announcer.destroyForcibly().waitFor();
      }

      assertThat(lines)
          .contains("Joined[node=/aurora/www/prod/web/member_0000000000]", "GONE")
          .noneMatch(line -> line.contains("SLF4J") || line.startsWith("ERROR"));
    }
  }

  @Test
  void zooKeepersWarningsComeToTheLog() throws Exception {
    Process announcer = launch("127.0.0.1:1");
    try (BufferedReader out = announcer.inputReader()) {
      assertThat(out.readLine()).isEqualTo("INFO Connecting to ZooKeeper at 127.0.0.1:1");
      assertThat(out.readLine()).startsWith("ERROR ZooKeeper: ").contains("Connection refused");
    } finally {
      announcer.destroyForcibly().waitFor();
    }
  }

  private static Process launch(String servers) throws IOException {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(it -> it.matches(LIBRARIES) || !it.endsWith(".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            LeanAnnouncer.class.getName(),
            servers)
        .redirectErrorStream(true)
        .start();
  }
}

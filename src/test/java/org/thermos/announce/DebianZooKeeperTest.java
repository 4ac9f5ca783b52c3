package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The announcer at the ZooKeeper server that Debian ships, in a process of its own: killed and
 * started again. The server is taken where it is installed, or where {@code
 * scripts/install-prerequisites --tests} unpacks it.
 */
@Timeout(60)
class DebianZooKeeperTest {
  @TempDir private Path directory;
  private Optional<Process> server = Optional.empty();
  private int port;
  private String classPath = "";

  @BeforeEach
  void start() throws Exception {
    Optional<Path> jars =
        Stream.of(Path.of("/usr/share/java"), Path.of("target/debian-zookeeper/usr/share/java"))
            .filter(it -> Files.isReadable(it.resolve("zookeeper.jar")))
            .findFirst();
    assumeTrue(
        jars.isPresent(),
        "skipped: no Debian package libzookeeper-java; scripts/install-prerequisites --tests fetches"
            + " it");
    classPath = classPath(jars.get());
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        directory.resolve("zoo.cfg"),
        "tickTime=200\nmaxSessionTimeout=60000\ndataDir="
            + directory.resolve("data")
            + "\nclientPort="
            + port
            + "\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n");
    server = Optional.of(launch());
  }

  @AfterEach
  void stop() throws Exception {
    kill();
  }

  @Test
  void taskIsAnnouncedOnceWhateverBecomesOfTheServer() throws Exception {
    try (AnnouncerTrial trial = new AnnouncerTrial(port)) {
      AnnouncedTask task = trial.announce(trial.service(), 7);
      assertThat(trial.joined()).isEqualTo(AnnouncerTrial.PATH + "/member_0000000000");

      kill();
      trial.awaitLog("The connection to ZooKeeper broke");
      server = Optional.of(launch());

      // The same session if it is back in time, another one if not.
      trial.await(
          "one member of the present session",
          () ->
              trial.members().size() == 1
                  && task.disconnectedTime().isZero()
                  && connections(trial) > 1);
      assertThat(trial.data(trial.members().get(0))).contains("\"shard\": 7");
      assertThat(task.withdraw(Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS))
          .isEqualTo(Withdrawal.GONE);
      assertThat(trial.members()).isEmpty();
    }
  }

  private static long connections(AnnouncerTrial trial) {
    return List.copyOf(trial.log).stream().filter(it -> it.startsWith("Connected")).count();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            "org.apache.zookeeper.server.ZooKeeperServerMain",
            directory.resolve("zoo.cfg").toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("server.log").toFile())
        .start();
  }

  /** Debian's jars of ZooKeeper itself, and this build's of what it needs besides. */
  private static String classPath(Path jars) {
    List<String> path = new ArrayList<>();
    path.add(jars.resolve("zookeeper.jar").toString());
    path.add(jars.resolve("zookeeper-jute.jar").toString());
    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(it -> it.matches(".*/(slf4j-api|snappy-java|metrics-core)-[^/]*\\.jar"))
        .forEach(path::add);
    return String.join(File.pathSeparator, path);
  }

  private void kill() throws InterruptedException {
    if (server.isPresent()) {
      server.get().destroyForcibly().waitFor();
    }
  }
}

package org.thermos.announce;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** A real ZooKeeper server, on loopback alone, that leaves nothing behind. */
public final class LocalZooKeeper implements AutoCloseable {
  /** More than a client is held up for on a busy machine. */
  private static final Duration LONGEST_SESSION = Duration.ofMinutes(1);

  private final TestingServer server;

  /**
   * @param tick by which it counts: sessions expire after two of them at least
   */
  public LocalZooKeeper(Duration tick) throws Exception {
    server =
        new TestingServer(
            new InstanceSpec(
                null,
                0,
                -1,
                -1,
                true,
                -1,
                (int) tick.toMillis(),
                -1,
                Map.of("maxSessionTimeout", Long.toString(LONGEST_SESSION.toMillis())),
                "127.0.0.1"),
            true);
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  void stop() throws IOException {
    server.stop();
  }

  void restart() throws Exception {
    server.restart();
  }

  @Override
  public void close() throws IOException {
    server.close();
    // ZooKeeper writes one at each start, and forgets it.
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(temporary, "zookeeper.configuration*.properties")) {
      for (Path file : files) {
        if (isOurs(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private boolean isOurs(Path configuration) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(configuration)) {
      properties.load(in);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return false; // Another server's, which has just ended, or another user's.
    }
    return server.getTempDirectory().toString().equals(properties.getProperty("dataDir"));
  }
}

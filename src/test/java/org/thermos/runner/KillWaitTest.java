package org.thermos.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.process.Accounts;

/** How long somebody waits who ends a task that may be another account's. */
class KillWaitTest {
  private static final int OTHER = 4242;

  @TempDir private Path root;
  private TaskPaths paths;

  @BeforeEach
  void setUp() throws Exception {
    paths = TaskPaths.of(root, "task");
    Files.createDirectories(paths.checkpoints());
  }

  private void record(int seconds) throws Exception {
    String line =
        new String(SettingsCodec.encode(SettingsCodecTest.SETTINGS), StandardCharsets.UTF_8);
    Files.writeString(
        paths.settings(), line.replace("\"kill_wait_secs\":60", "\"kill_wait_secs\":" + seconds));
  }

  private static void give(Path path) throws Exception {
    Files.setAttribute(path, "unix:uid", OTHER);
    Files.setAttribute(path, "unix:gid", OTHER);
  }

  @Test
  void withoutSettingsItIsTheDefault() {
    assertThat(KillWait.recorded(paths)).isEqualTo(KillWait.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 7200})
  void ourOwnRunnerIsBelieved(int recorded) throws Exception {
    record(recorded);

    assertThat(KillWait.recorded(paths)).isEqualTo(Duration.ofSeconds(recorded));
  }

  @ParameterizedTest
  @CsvSource({"300, 300", "7200, 3600", "2147483647, 3600"})
  void anotherAccountsRunnerIsBelievedUpToAnHour(int recorded, int expected) throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: files of another account");
    record(recorded);
    give(paths.settings());
    give(paths.checkpoints());

    assertThat(KillWait.recorded(paths)).isEqualTo(Duration.ofSeconds(expected));
  }

  @Test
  void settingsThatTheOwnerDidNotWriteAreNotBelieved() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "needs root: files of another account");
    record(300);
    give(paths.settings());

    assertThat(KillWait.recorded(paths)).isEqualTo(KillWait.DEFAULT);
  }
}

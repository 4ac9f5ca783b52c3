package org.thermos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the fuzzers of the native binary's inputs have kept, once more, under the sanitizers. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NativeCorpusTest {
  @Test
  void everyKeptInputIsTakenAsItShouldBe() throws Exception {
    Process replay =
        new ProcessBuilder("scripts/lib/fuzz-native", "replay", "target/test-native/fuzz")
            .redirectErrorStream(true)
            .start();
    String said = new String(replay.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(replay.waitFor()).as(said).isZero();
    assertThat(said.lines()).hasSize(10).allMatch(line -> line.endsWith("no findings"));
  }
}

package org.thermos.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real kernel's count. Skipped where no control group can be made. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealOutOfMemoryTest {
  private static final long LIMIT = 32 << 20;

  private MemoryGroup group;
  private Process process;

  @AfterEach
  void removeTheGroup() throws Exception {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    if (group != null) {
      group.close();
    }
  }

  @Test
  void namesWhatTheKernelKilled() throws Exception {
    group = MemoryGroup.make(LIMIT);
    process =
        new ProcessBuilder("bash", "-c", group.enter() + "; echo; read; exec tail /dev/zero")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.getInputStream().read()).isEqualTo('\n');
    ControlGroup control = ControlGroup.of(Path.of("/proc/" + process.pid()), Path.of("/"));
    OutOfMemoryWatch watch = new OutOfMemoryWatch(control);
    assertThat(control.memoryLimit()).hasValue(LIMIT);
    assertThat(control.memoryUsed().orElseThrow()).isPositive();

    OutputStream go = process.getOutputStream();
    go.write('\n');
    go.flush();

    assertThat(process.waitFor()).isEqualTo(128 + 9);
    assertThat(watch.explain("hog", 0).orElseThrow())
        .startsWith("Process hog was killed for lack of memory (limit 32 MB");
    assertThat(watch.explain("hog", 1)).isEmpty();
  }
}

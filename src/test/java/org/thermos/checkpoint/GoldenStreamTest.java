package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the original wrote is read as the original reads it, and written as the original writes it.
 */
class GoldenStreamTest {
  private static final Pattern STATE = Pattern.compile("state=(\\w+)\\(");
  private static final Pattern PROCESS =
      Pattern.compile("process_status seq=(\\d+) process=u'(.*?)' state=(\\w+)");

  static List<GoldenStream> streams() throws IOException {
    return GoldenStream.all();
  }

  @Test
  void thereAreMany() throws Exception {
    assertThat(streams()).hasSizeGreaterThan(140);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void everyRecordReadsAsInTheOriginal(GoldenStream stream) throws Exception {
    StringBuilder text = new StringBuilder();
    try (FileChannel channel = FileChannel.open(stream.file())) {
      StreamText.write(new RecordReader(channel, 0), text);
    }

    List<String> expected = Files.readAllLines(stream.decoded());
    List<String> found = text.toString().lines().toList();
    int damaged = firstDamaged(expected);
    if (damaged < expected.size()) {
      assertThat(found).hasSize(damaged + 1);
      assertThat(found.get(damaged)).matches("#" + damaged + " off=\\d+ (TORN|CORRUPT) .*");
    } else if (found.size() > expected.size()) {
      damaged--; // decoded while a coordinator was still writing
    }
    assertThat(found.subList(0, damaged)).isEqualTo(expected.subList(0, damaged));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void everyRecordIsWrittenWithTheSameBytes(GoldenStream stream) throws Exception {
    byte[] bytes = Files.readAllBytes(stream.file());
    for (ReadResult result : GoldenStream.read(stream.file())) {
      if (result instanceof ReadResult.Intact intact) {
        int start = (int) intact.offset() + RecordReader.FRAME_HEADER;
        assertThat(RecordCodec.encode(intact.record()))
            .isEqualTo(Arrays.copyOfRange(bytes, start, (int) intact.end()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void everyRunnerStreamAddsUpToItsLastWords(GoldenStream stream) throws Exception {
    if (!stream.file().endsWith("runner") || stream.name().startsWith("corrupt_")) {
      return;
    }
    LoadedCheckpoint loaded = CheckpointLoader.load(stream.file());

    TaskState state = TaskState.ACTIVE;
    int statuses = 0;
    Map<String, Integer> runs = new LinkedHashMap<>();
    Map<String, String> last = new LinkedHashMap<>();
    for (String line : Files.readAllLines(stream.decoded())) {
      Matcher process = PROCESS.matcher(line);
      Matcher task = STATE.matcher(line);
      if (process.find()) {
        runs.merge(process.group(2), process.group(3).equals("WAITING") ? 1 : 0, Integer::sum);
        last.put(process.group(2), process.group(1) + " " + process.group(3));
      } else if (task.find()) {
        state = TaskState.valueOf(task.group(1));
        statuses++;
      }
    }
    TaskHistory history = loaded.history();
    assertThat(loaded.problem()).isEmpty();
    assertThat(loaded.end()).isEqualTo(Files.size(stream.file()));
    assertThat(history.header().isPresent())
        .isEqualTo(Files.readString(stream.decoded()).contains(" runner_header "));
    assertThat(history.state()).isEqualTo(state);
    assertThat(history.statuses()).hasSize(statuses);
    Map<String, Integer> foundRuns = new LinkedHashMap<>();
    Map<String, String> foundLast = new LinkedHashMap<>();
    for (String process : history.processes()) {
      ProcessStatus run = history.lastRun(process).orElseThrow();
      foundRuns.put(unquoted(process), history.runs(process).size());
      foundLast.put(unquoted(process), run.seq() + " " + run.state());
    }
    assertThat(foundRuns).isEqualTo(runs);
    assertThat(foundLast).isEqualTo(last);
  }

  private static String unquoted(String process) {
    String quoted = PythonText.of(process);
    return quoted.substring(2, quoted.length() - 1);
  }

  private static int firstDamaged(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("EXCEPTION") || lines.get(i).endsWith("EMPTY")) {
        return i;
      }
    }
    return lines.size();
  }
}

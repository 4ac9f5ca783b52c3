package org.thermos.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
  @Test
  void writesOneObjectALine() throws Exception {
    assertThat(
            json(
                Records.task(TaskState.ACTIVE),
                Records.header("t"),
                Records.process(1, "p", ProcessState.FORKED),
                Records.process(3, "p", ProcessState.KILLED)))
        .isEqualTo(
            """
            {"record":"task_status","state":"ACTIVE","timestamp":"2026-11-21T12:00:00.123Z","runner_pid":42,"runner_uid":0}
            {"record":"runner_header","task_id":"t","launch_time":"2026-11-21T12:00:00.123Z","sandbox":"/sandbox","hostname":"host","user":"user","ports":{"http":80},"log_dir":"/sandbox/.logs","uid":1000}
            {"record":"process_status","seq":1,"process":"p","state":"FORKED","coordinator_pid":100,"fork_time":"2026-11-21T12:00:01.123456Z"}
            {"record":"process_status","seq":3,"process":"p","state":"KILLED","stop_time":"2026-11-21T12:00:03.123456Z","return_code":-9}
            """);
  }

  @Test
  void leavesOutWhatIsNotSetAndEscapesWhatMustBe() throws Exception {
    RunnerHeader header =
        new RunnerHeader(
            "\"\n\u001b",
            Records.NOON,
            Path.of("/s"),
            "h",
            "u",
            Map.of(),
            Optional.empty(),
            OptionalInt.empty());

    assertThat(json(header))
        .isEqualTo(
            "{\"record\":\"runner_header\",\"task_id\":\"\\\"\\n\\u001B\",\"launch_time\":\"2026-11-21T12:00:00.123Z\",\"sandbox\":\"/s\",\"hostname\":\"h\",\"user\":\"u\",\"ports\":{}}\n");
  }

  private static String json(CheckpointRecord... records) throws IOException {
    StringWriter out = new StringWriter();
    try (RecordJson json = new RecordJson(out)) {
      for (CheckpointRecord record : records) {
        json.write(record);
      }
    }
    return out.toString();
  }
}

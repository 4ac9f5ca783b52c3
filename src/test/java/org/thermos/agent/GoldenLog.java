package org.thermos.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recording of a real agent: what went over the wire, and what the scheduler saw. */
final class GoldenLog {
  private static final Path FOLDER = Path.of("src/test/resources/golden/mesos-wire");
  private static final Pattern HEAD =
      Pattern.compile("^--- [0-9.]+ (subscribe|call) (->|<-) ([0-9]+) bytes\n", Pattern.MULTILINE);

  /** One thing that happened on the wire. */
  sealed interface Step {
    /** A whole request; the channel is that of its response. */
    record Request(boolean subscribes, String text) implements Step {}

    /** A complete response to a call. */
    record Answer(int status, String body) implements Step {}

    /** The JSON of an event. */
    record Event(String json) implements Step {}
  }

  private GoldenLog() {}

  static List<Step> wire(String scenario) throws IOException {
    String log = Files.readString(FOLDER.resolve(scenario + ".log"), ISO_8859_1);
    List<Step> steps = new ArrayList<>();
    Matcher head = HEAD.matcher(log);
    while (head.find()) {
      int length = Integer.parseInt(head.group(3));
      String content = log.substring(head.end(), head.end() + length);
      boolean subscribes = head.group(1).equals("subscribe");
      if (head.group(2).equals("->")) {
        steps.add(new Step.Request(subscribes, content));
      } else if (subscribes) {
        // In these recordings an event is always whole.
        content
            .lines()
            .filter(line -> line.startsWith("{"))
            .map(Step.Event::new)
            .forEach(steps::add);
      } else {
        String body = content.substring(content.indexOf("\r\n\r\n") + 4);
        steps.add(new Step.Answer(Integer.parseInt(content.split(" ", 3)[1]), body));
      }
    }
    return steps;
  }

  /** What the scheduler noted of this kind, in order. */
  static List<JsonNode> scheduler(String scenario, String event) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    return Files.readAllLines(FOLDER.resolve(scenario + ".sched.jsonl")).stream()
        .map(
            line -> {
              try {
                return mapper.readTree(line);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .filter(node -> node.path("event").asText().equals(event))
        .toList();
  }
}

package org.thermos.mesos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

/** What went over the wire between a real agent and an executor, as the v1 messages it meant. */
final class GoldenWire {

  static final Path FOLDER = Path.of("src/test/resources/golden/mesos-wire");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One line of the recording. */
  sealed interface Step {}

  record Subscribe(Call call) implements Step {}

  record Events(List<Event> events) implements Step {}

  record Posted(Call call) implements Step {}

  record Answer(int status, String text) implements Step {}

  private GoldenWire() {}

  static List<Step> read(String scenario) throws IOException {
    String log = Files.readString(FOLDER.resolve(scenario + ".log"), StandardCharsets.UTF_8);
    List<Step> steps = new ArrayList<>();
    for (String part : log.split("\n--- ", -1)) {
      if (part.isBlank()) {
        continue;
      }
      String title = part.substring(0, part.indexOf('\n'));
      String bytes = part.substring(part.indexOf('\n') + 1);
      if (title.contains(" subscribe -> ")) {
        steps.add(new Subscribe(call(bytes)));
      } else if (title.contains(" call -> ")) {
        steps.add(new Posted(call(bytes)));
      } else if (title.contains(" call <- ")) {
        String text = bytes.contains("\n\n") ? bytes.substring(bytes.indexOf("\n\n") + 2) : "";
        steps.add(new Answer(Integer.parseInt(bytes.substring(9, 12)), text.strip()));
      } else {
        List<Event> events =
            bytes.lines().filter(line -> line.startsWith("{")).map(GoldenWire::event).toList();
        if (!events.isEmpty()) {
          steps.add(new Events(events));
        }
      }
    }
    return steps;
  }

  private static Call call(String request) {
    String json = request.lines().filter(line -> line.startsWith("{")).findFirst().orElseThrow();
    return (Call) message(json, Call.newBuilder());
  }

  private static Event event(String json) {
    return (Event) message(json, Event.newBuilder());
  }

  private static Message message(String json, Message.Builder builder) {
    try {
      return fill(JSON.readTree(json), builder).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Message.Builder fill(JsonNode object, Message.Builder builder) throws IOException {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      FieldDescriptor field = builder.getDescriptorForType().findFieldByName(member.getKey());
      if (field == null) {
        throw new IOException("no field " + member.getKey());
      } else if (field.isRepeated()) {
        for (JsonNode element : member.getValue()) {
          builder.addRepeatedField(field, value(element, field, builder));
        }
      } else {
        builder.setField(field, value(member.getValue(), field, builder));
      }
    }
    return builder;
  }

  private static Object value(JsonNode json, FieldDescriptor field, Message.Builder builder)
      throws IOException {
    return switch (field.getJavaType()) {
      case MESSAGE -> fill(json, builder.newBuilderForField(field)).build();
      case ENUM -> enumValue(json, field);
      case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(json.asText()));
      case STRING -> json.asText();
      case BOOLEAN -> json.asBoolean();
      case DOUBLE -> json.asDouble();
      case FLOAT -> (float) json.asDouble();
      case LONG -> json.asLong();
      case INT -> json.asInt();
    };
  }

  private static EnumValueDescriptor enumValue(JsonNode json, FieldDescriptor field) {
    return field.getEnumType().findValueByName(json.asText());
  }
}

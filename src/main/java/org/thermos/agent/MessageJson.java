package org.thermos.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Protobuf messages as the JSON Mesos speaks: field names as in the schema and sorted, enums by
 * name, bytes in base64, slashes escaped. Unknown fields are skipped when reading.
 */
final class MessageJson {
  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(HttpRequestReader.MAX_BODY)
                  .build())
          .build()
          .setCharacterEscapes(new SlashEscapes());

  private MessageJson() {}

  static byte[] write(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      writeMessage(message, json);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON into memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads one object; required fields may be missing afterwards.
   *
   * @throws IOException when it is not JSON, or a value does not fit its field
   */
  static void read(ByteString bytes, Message.Builder into) throws IOException {
    try (JsonParser json = FACTORY.createParser(bytes.newInput())) {
      json.nextToken();
      readMessage(json, into);
      if (json.nextToken() != null) {
        throw new JsonParseException(json, "More than one value");
      }
    }
  }

  private static void writeMessage(MessageOrBuilder message, JsonGenerator json)
      throws IOException {
    Map<String, FieldDescriptor> sorted = new TreeMap<>();
    message.getAllFields().keySet().forEach(field -> sorted.put(field.getName(), field));
    json.writeStartObject();
    for (FieldDescriptor field : sorted.values()) {
      json.writeFieldName(field.getName());
      Object value = message.getField(field);
      if (field.isMapField()) {
        json.writeStartObject();
        for (Object entry : (List<?>) value) {
          writeEntry((Message) entry, json);
        }
        json.writeEndObject();
      } else if (field.isRepeated()) {
        json.writeStartArray();
        for (Object element : (List<?>) value) {
          writeValue(field, element, json);
        }
        json.writeEndArray();
      } else {
        writeValue(field, value, json);
      }
    }
    json.writeEndObject();
  }

  private static void writeEntry(Message entry, JsonGenerator json) throws IOException {
    FieldDescriptor key = entry.getDescriptorForType().findFieldByName("key");
    FieldDescriptor value = entry.getDescriptorForType().findFieldByName("value");
    json.writeFieldName(entry.getField(key).toString());
    writeValue(value, entry.getField(value), json);
  }

  private static void writeValue(FieldDescriptor field, Object value, JsonGenerator json)
      throws IOException {
    switch (field.getJavaType()) {
      case INT -> json.writeNumber((Integer) value);
      case LONG -> json.writeNumber((Long) value);
      case FLOAT -> json.writeNumber((Float) value);
      case DOUBLE -> json.writeNumber((Double) value);
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case STRING -> json.writeString((String) value);
      case BYTE_STRING ->
          json.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> json.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> writeMessage((Message) value, json);
    }
  }

  private static void readMessage(JsonParser json, Message.Builder into) throws IOException {
    expect(JsonToken.START_OBJECT, json, "an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      FieldDescriptor field = into.getDescriptorForType().findFieldByName(json.currentName());
      JsonToken token = json.nextToken();
      if (field == null || token == JsonToken.VALUE_NULL) {
        json.skipChildren();
      } else if (field.isMapField()) {
        readMap(json, field, into);
      } else if (field.isRepeated()) {
        expect(JsonToken.START_ARRAY, json, "an array for " + field.getName());
        while (json.nextToken() != JsonToken.END_ARRAY) {
          into.addRepeatedField(field, readValue(json, field, into));
        }
      } else {
        into.setField(field, readValue(json, field, into));
      }
    }
  }

  private static void readMap(JsonParser json, FieldDescriptor field, Message.Builder into)
      throws IOException {
    expect(JsonToken.START_OBJECT, json, "an object for " + field.getName());
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      Message.Builder entry = into.newBuilderForField(field);
      FieldDescriptor value = entry.getDescriptorForType().findFieldByName("value");
      entry.setField(entry.getDescriptorForType().findFieldByName("key"), json.currentName());
      json.nextToken();
      entry.setField(value, readValue(json, value, entry));
      into.addRepeatedField(field, entry.build());
    }
  }

  private static Object readValue(JsonParser json, FieldDescriptor field, Message.Builder owner)
      throws IOException {
    return switch (field.getJavaType()) {
      case INT -> json.getIntValue();
      case LONG -> json.getLongValue();
      case FLOAT -> json.getFloatValue();
      case DOUBLE -> json.getDoubleValue();
      case BOOLEAN -> json.getBooleanValue();
      case STRING -> text(json, field);
      case BYTE_STRING -> decode(json, field);
      case ENUM -> {
        EnumValueDescriptor value = field.getEnumType().findValueByName(text(json, field));
        if (value == null) {
          throw new JsonParseException(
              json, "Failed to find enum for '%s'".formatted(json.getText()));
        }
        yield value;
      }
      case MESSAGE -> {
        Message.Builder message = owner.newBuilderForField(field);
        readMessage(json, message);
        yield message.buildPartial();
      }
    };
  }

  private static ByteString decode(JsonParser json, FieldDescriptor field) throws IOException {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text(json, field)));
    } catch (IllegalArgumentException e) {
      throw new JsonParseException(
          json, "Failed to base64 decode field '%s'".formatted(field.getName()), e);
    }
  }

  private static String text(JsonParser json, FieldDescriptor field) throws IOException {
    expect(JsonToken.VALUE_STRING, json, "a string for " + field.getName());
    return json.getText();
  }

  private static void expect(JsonToken token, JsonParser json, String what) throws IOException {
    if (json.currentToken() != token) {
      throw new JsonParseException(json, "Expecting " + what);
    }
  }

  /** The agent's JSON library escapes slashes; clients must cope with it. */
  private static final class SlashEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final SerializableString SLASH = new SerializedString("\\/");

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] escapes = standardAsciiEscapesForJSON();
      escapes['/'] = ESCAPE_CUSTOM;
      return escapes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      // Asked for every character beyond ASCII too.
      return character == '/' ? SLASH : null;
    }
  }
}

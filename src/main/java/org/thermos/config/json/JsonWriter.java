package org.thermos.config.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes JSON on one line in plain ASCII, keys sorted, so that equal values are equal texts. NaN
 * and the infinities are written as Python writes them; what is not ASCII, lone surrogates
 * included, is escaped.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private JsonWriter() {}

  public static String write(Json value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter failed", e);
    }
    return text.toString();
  }

  private static void write(Json value, JsonGenerator out) throws IOException {
    if (value instanceof Json.Text text) {
      out.writeString(text.value());
    } else if (value instanceof Json.Int number) {
      out.writeNumber(number.value());
    } else if (value instanceof Json.Real number) {
      out.writeNumber(number.value());
    } else if (value instanceof Json.Bool bool) {
      out.writeBoolean(bool.value());
    } else if (value instanceof Json.Array array) {
      out.writeStartArray();
      for (Json element : array.elements()) {
        write(element, out);
      }
      out.writeEndArray();
    } else if (value instanceof Json.Dictionary object) {
      out.writeStartObject();
      for (Map.Entry<String, Json> member : new TreeMap<>(object.members()).entrySet()) {
        out.writeFieldName(member.getKey());
        write(member.getValue(), out);
      }
      out.writeEndObject();
    } else {
      out.writeNull();
    }
  }
}

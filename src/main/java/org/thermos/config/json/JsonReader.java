package org.thermos.config.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into a tree.
 *
 * <p>As lenient as the original's reader where schedulers may rely on it: NaN and the infinities
 * are numbers, and of equal keys the last counts (config 5.10). Bounded, because the text comes
 * from elsewhere: {@link #MAXIMUM_BYTES} and {@link #MAXIMUM_DEPTH}.
 */
public final class JsonReader {
  /** Longest text accepted, in bytes (or characters, for a string). */
  public static final int MAXIMUM_BYTES = 64 * 1024 * 1024;

  /** Deepest nesting of arrays and objects accepted. */
  public static final int MAXIMUM_DEPTH = 200;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAXIMUM_BYTES)
                  .maxStringLength(MAXIMUM_BYTES)
                  .maxNestingDepth(MAXIMUM_DEPTH)
                  .build())
          .build();

  private JsonReader() {}

  /** Reads the one JSON value that {@code utf8} holds. */
  public static Json read(byte[] utf8) throws JsonException {
    requireWithinBounds(utf8.length);
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      return readDocument(parser);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  /** Reads the one JSON value that {@code text} holds. */
  public static Json read(String text) throws JsonException {
    requireWithinBounds(text.length());
    try (JsonParser parser = FACTORY.createParser(text)) {
      return readDocument(parser);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  private static void requireWithinBounds(int length) throws JsonException {
    if (length > MAXIMUM_BYTES) {
      throw new JsonException(
          "JSON of " + length + " bytes is too large, at most " + MAXIMUM_BYTES + " are accepted");
    }
  }

  private static Json readDocument(JsonParser parser) throws IOException, JsonException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new JsonException("No JSON value found: line 1 column 1");
    }
    Json value = readValue(parser, first);
    if (parser.nextToken() != null) {
      JsonLocation at = parser.currentTokenLocation();
      throw new JsonException("Extra data after the JSON value" + position(at));
    }
    return value;
  }

  // Recursion is bounded: the parser refuses what is nested deeper than MAXIMUM_DEPTH.
  private static Json readValue(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> new Json.Text(parser.getText());
      case VALUE_NUMBER_INT -> new Json.Int(parser.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> new Json.Real(parser.getDoubleValue());
      case VALUE_TRUE -> new Json.Bool(true);
      case VALUE_FALSE -> new Json.Bool(false);
      default -> Json.Null.NULL;
    };
  }

  private static Json readObject(JsonParser parser) throws IOException {
    Map<String, Json> members = new LinkedHashMap<>();
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      members.put(key, readValue(parser, parser.nextToken()));
    }
    return new Json.Dictionary(members);
  }

  private static Json readArray(JsonParser parser) throws IOException {
    List<Json> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(readValue(parser, token));
    }
    return new Json.Array(elements);
  }

  private static JsonException explained(IOException e) {
    if (e instanceof JsonProcessingException parse) {
      return new JsonException(parse.getOriginalMessage() + position(parse.getLocation()), e);
    }
    return new JsonException("Unable to read JSON: " + e.getMessage(), e);
  }

  private static String position(JsonLocation at) {
    return at == null ? "" : ": line " + at.getLineNr() + " column " + at.getColumnNr();
  }
}

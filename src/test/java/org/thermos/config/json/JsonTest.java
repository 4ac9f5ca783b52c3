package org.thermos.config.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @Provide
  Arbitrary<Json> values() {
    Arbitrary<Json> leaves =
        Arbitraries.oneOf(
            Arbitraries.of(Json.Null.NULL, new Json.Bool(true), new Json.Bool(false)),
            Arbitraries.strings().map(Json.Text::new),
            Arbitraries.bigIntegers().map(Json.Int::new),
            Arbitraries.doubles().map(Json.Real::new),
            Arbitraries.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN)
                .map(Json.Real::new));
    return Arbitraries.recursive(
        () -> leaves,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(Json.Array::new),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), inner)
                    .ofMaxSize(4)
                    .map(Json.Dictionary::new)),
        0,
        3);
  }

  @Property(tries = 500)
  void whatIsWrittenIsReadBack(@ForAll("values") Json value) throws JsonException {
    String text = JsonWriter.write(value);
    assertThat(JsonReader.read(text)).isEqualTo(value);
    assertThat(JsonReader.read(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(value);
  }

  @Property(tries = 500)
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      assertThat(JsonReader.read(text)).isNotNull();
    } catch (JsonException e) {
      assertThat(e).hasMessageContaining("line ").hasMessageContaining("column ");
    }
  }

  @Test
  void keysAreWrittenSortedAndTextsInAscii() throws JsonException {
    Json value = JsonReader.read("{\"b\": \"é\\ud83d\\ude00\\ud800\", \"a\": [1, 2.5, null]}");
    assertThat(JsonWriter.write(value))
        .isEqualTo("{\"a\":[1,2.5,null],\"b\":\"\\u00E9\\uD83D\\uDE00\\uD800\"}");
  }

  @Test
  void theLastOfEqualKeysCounts() throws JsonException {
    assertThat(JsonReader.read("{\"a\": 1, \"a\": 2}"))
        .isEqualTo(new Json.Dictionary(Map.of("a", new Json.Int(2))));
  }

  @Test
  void nanAndTheInfinitiesAreNumbers() throws JsonException {
    assertThat(JsonReader.read("[NaN, Infinity, -Infinity, 1e400]"))
        .isEqualTo(
            new Json.Array(
                List.of(
                    new Json.Real(Double.NaN),
                    new Json.Real(Double.POSITIVE_INFINITY),
                    new Json.Real(Double.NEGATIVE_INFINITY),
                    new Json.Real(Double.POSITIVE_INFINITY))));
  }

  @Test
  void integersKeepAllTheirDigits() throws JsonException {
    assertThat(JsonReader.read("123456789012345678901234567890"))
        .isEqualTo(new Json.Int(new BigInteger("123456789012345678901234567890")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": 1,}          | line 1 column 9",
        "[1, 2                | line 1 column",
        "{\"a\": 1} x         | line 1 column 11",
        "[1] [2]              | Extra data after the JSON value: line 1 column 5",
        "{'a': 1}             | line 1 column 2",
        "''                   | No JSON value found: line 1 column 1",
      })
  void errorsNameLineAndColumn(String text, String message) {
    assertThatThrownBy(() -> JsonReader.read(text)).hasMessageContaining(message);
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(JsonReader.MAXIMUM_DEPTH) + "]".repeat(JsonReader.MAXIMUM_DEPTH);
    assertThat(deep).satisfies(JsonReader::read);
    assertThatThrownBy(() -> JsonReader.read("[" + deep + "]"))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("nesting depth");
    assertThatThrownBy(() -> JsonReader.read("[".repeat(5_000_000)))
        .isInstanceOf(JsonException.class);
  }

  @Test
  void sizeIsBounded() {
    assertThatThrownBy(() -> JsonReader.read(new byte[JsonReader.MAXIMUM_BYTES + 1]))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("too large");
  }
}

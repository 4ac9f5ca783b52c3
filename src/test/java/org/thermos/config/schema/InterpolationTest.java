package org.thermos.config.schema;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonReader;

class InterpolationTest {
  private static final StructType INNER =
      StructType.named("Inner")
          .optional("text", Primitive.STRING)
          .optional("name", Primitive.STRING);
  private static final StructType OUTER =
      StructType.named("Outer")
          .optional("inner", INNER)
          .optional("name", Primitive.STRING)
          .optional("list", new ListType(Primitive.STRING))
          .optional("map", new MapType(Primitive.STRING, Primitive.STRING))
          .optional("number", Primitive.INTEGER);

  private static String interpolated(String text, Scope scope) throws SchemaException {
    Value.Struct struct = INNER.read(new Json.Dictionary(Map.of("text", new Json.Text(text))));
    return text(Interpolation.of(struct, scope).value());
  }

  private static String text(Value.Struct struct) {
    return PythonText.str(((Value.Scalar) struct.get("text").orElseThrow()).raw());
  }

  private static Scope bound(String name, String value) {
    return Scope.binding(
        name, new Value.Scalar(Primitive.STRING, new Json.Text(value)), Scope.EMPTY);
  }

  @Property
  void textWithoutTagsIsUnchanged(@ForAll String text) throws SchemaException {
    String untagged = text.replace("{{", "{ {");
    assertThat(interpolated(untagged, bound("x", "y"))).isEqualTo(untagged);
  }

  @Property
  void whatIsBoundIsInsertedAsItIs(
      @ForAll String before, @ForAll String value, @ForAll String after) throws SchemaException {
    String plain = value.replace("{", "(");
    String start = before.replace("{", "(");
    String end = after.replace("{", "(").replace("}", ")");
    assertThat(interpolated(start + "{{x}}" + end, bound("x", plain)))
        .isEqualTo(start + plain + end);
  }

  @Provide
  Arbitrary<String> tagSoup() {
    return Arbitraries.of(
            "{{",
            "}}",
            "{",
            "}",
            "&",
            "a",
            "b",
            ".",
            "[",
            "]",
            "-",
            " ",
            "1",
            "self",
            "super",
            "text",
            "{{text}}",
            "{{&text}}",
            "{{x}}",
            "{{name}}",
            "{{self.name}}")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts))
        // Once is a cycle; twice grows to the limit, which takes a test of its own.
        .filter(text -> text.indexOf("text") == text.lastIndexOf("text"));
  }

  @Property(tries = 2000)
  void anySoupOfTagsEndsInATextOrARefusal(@ForAll("tagSoup") String text) {
    assertTimeoutPreemptively(
        ofSeconds(10),
        () -> {
          try {
            String once = interpolated(text, bound("x", "{{name}}&{{&x}}"));
            assertThat(once).isNotNull();
          } catch (SchemaException e) {
            assertThat(e).hasMessageContaining("Inner[text] failed: Unable to interpolate: ");
          }
        });
  }

  @Property(tries = 1000)
  void aSecondPassChangesNothing(@ForAll("tagSoup") String text) {
    try {
      String once = interpolated(text, bound("x", "y"));
      assertThat(interpolated(once, bound("x", "y"))).isEqualTo(once);
    } catch (SchemaException e) {
      assertThat(e).hasMessageContaining("Unable to interpolate: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{{name}}            | inner",
        "{{self.name}}       | inner",
        "{{super.name}}      | outer",
        "{{inner.name}}      | inner",
        "{{number}}          | 7",
        "{{list[0]}}         | first",
        "{{list[-1]}}        | last",
        "{{list[2]}}         | {{list[2]}}",
        "{{list[first]}}     | {{list[first]}}",
        "{{list[9999999999]}} | {{list[9999999999]}}",
        "{{map[k]}}          | v",
        "{{map[{{map[key]}}]}} | v",
        "{{name.inner}}      | {{name.inner}}",
        "{{list}}            | StringList(first, last)",
        "{{map}}             | StringStringMap(k => v, key => k)",
        "{{&name}}           | {{&name}}",
        "{{& any $1}}        | {{& any $1}}",
        "{{&{{name}}}}       | {{&inner}}",
        "{{{name}}}          | {inner}",
        "{{{{which}}}}       | {{{{which}}}}",
      })
  void namesAreFoundFromTheInsideOut(String template, String expected) throws Exception {
    Json inner =
        new Json.Dictionary(
            Map.of("text", new Json.Text(template), "name", new Json.Text("inner")));
    Json.Dictionary outer =
        (Json.Dictionary)
            JsonReader.read(
                "{\"name\": \"outer\", \"list\": [\"first\", \"last\"], \"number\": \" 7 \","
                    + " \"map\": {\"k\": \"v\", \"key\": \"k\"}}");
    Map<String, Json> members = new LinkedHashMap<>(outer.members());
    members.put("inner", inner);
    Value.Struct struct = OUTER.read(new Json.Dictionary(members));
    Value.Struct result = Interpolation.of(struct, Scope.EMPTY).value();
    assertThat(text((Value.Struct) result.get("inner").orElseThrow())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{{&name}}      | {{name}}",
        "{{&name&}}     | {{name&}}",
        "{{&&name}}     | {{&name}}",
        "{{& any $1 }}  | {{ any $1 }}",
        "{{&}}          | {{}}",
        "{{{&name}}}    | {{{name}}}",
        "{{&{{&name}}}} | {{&{{name}}}}",
        "{{& name       | {{& name",
        "{& name}       | {& name}",
        "{{name}} && a  | {{name}} && a",
      })
  void anEscapeIsOneAmpersand(String interpolated, String meant) {
    assertThat(Interpolation.unescaped(interpolated)).isEqualTo(meant);
  }

  @Test
  void templatesThatDoubleEachOtherAreRefusedInTime() {
    StructType type = StructType.named("Bomb");
    Map<String, Json> members = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      type = type.optional("a" + i, Primitive.STRING);
      String next = "{{a" + (i + 1) + "}}";
      members.put("a" + i, new Json.Text("x" + next + next));
    }
    StructType bomb = type;
    assertTimeoutPreemptively(
        ofSeconds(10),
        () ->
            assertThatThrownBy(
                    () -> Interpolation.of(bomb.read(new Json.Dictionary(members)), Scope.EMPTY))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("Bomb[a0] failed: ")
                .hasMessageContaining("more than"));
  }

  @Test
  void listsThatShowThemselvesAreRefusedInTime() {
    StructType item = StructType.named("Item").optional("text", Primitive.STRING);
    StructType type = StructType.named("Bomb").optional("items", new ListType(item));
    Json element = new Json.Dictionary(Map.of("text", new Json.Text("{{items}}{{items}}")));
    Json list = new Json.Array(Collections.nCopies(1000, element));
    assertTimeoutPreemptively(
        ofSeconds(20),
        () ->
            assertThatThrownBy(
                    () ->
                        Interpolation.of(
                            type.read(new Json.Dictionary(Map.of("items", list))), Scope.EMPTY))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("more than"));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1, 1.0",
    "1e12, 1e+12",
    "1e22, 1e+22",
    "123456789012, 123456789012.0",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.333333333333333333, 0.333333333333",
    "1.5e-7, 1.5e-07",
    "-0.0, -0.0",
    "2.5, 2.5",
    "100, 100.0"
  })
  void floatsAreRenderedAsPythonDoes(double value, String expected) {
    assertThat(PythonText.str(new Json.Real(value))).isEqualTo(expected);
  }
}

package org.thermos.config.schema;

import java.util.List;
import org.thermos.config.json.Json;

/** A string out of a few, or a template of one. */
public record EnumType(List<String> values) implements ScalarType {
  public EnumType {
    values = List.copyOf(values);
  }

  public static EnumType of(String... values) {
    return new EnumType(List.of(values));
  }

  @Override
  public String typeName() {
    return "Enum_" + String.join("_", values);
  }

  @Override
  public void requireAcceptable(Json raw) throws SchemaException {
    boolean template = raw instanceof Json.Text text && Template.hasReferences(text.value());
    if (!template) {
      coerce(raw);
    }
  }

  @Override
  public Json coerce(Json raw) throws SchemaException {
    if (raw instanceof Json.Text text && values.contains(text.value())) {
      return raw;
    }
    throw new SchemaException(
        typeName() + " only accepts the following values: " + String.join(", ", values));
  }

  @Override
  public void requireOfType(Json interpolated) throws SchemaException {
    if (!(interpolated instanceof Json.Text text && values.contains(text.value()))) {
      throw new SchemaException(
          PythonText.repr(interpolated)
              + " not in the enumeration ("
              + String.join(", ", values)
              + ")");
    }
  }
}

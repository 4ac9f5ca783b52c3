package org.thermos.config.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;

/**
 * A struct: named fields, each required, optional or with a default. The fields' order is that in
 * which the original shows them when a whole struct is rendered into a text.
 */
public final class StructType implements Type {

  /** A field of a struct. */
  record Field(Type type, boolean required, Optional<Value> defaultValue) {}

  private final String typeName;
  private final Map<String, Field> fields;

  private StructType(String typeName, Map<String, Field> fields) {
    this.typeName = typeName;
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A struct without fields; they are added by the methods below, each giving a new type. */
  public static StructType named(String typeName) {
    return new StructType(typeName, Map.of());
  }

  public StructType required(String field, Type type) {
    return with(field, new Field(type, true, Optional.empty()));
  }

  public StructType optional(String field, Type type) {
    return with(field, new Field(type, false, Optional.empty()));
  }

  /** Adds a field with a default, written in JSON. */
  public StructType defaulted(String field, Type type, String json) {
    try {
      Value value = ValueReader.read(type, JsonReader.read(json));
      return with(field, new Field(type, false, Optional.of(value)));
    } catch (JsonException | SchemaException e) {
      throw new IllegalArgumentException("the default of " + typeName + "[" + field + "]", e);
    }
  }

  private StructType with(String name, Field field) {
    Map<String, Field> more = new LinkedHashMap<>(fields);
    more.put(name, field);
    return new StructType(typeName, more);
  }

  @Override
  public String typeName() {
    return typeName;
  }

  Map<String, Field> fields() {
    return fields;
  }

  /** A value of this type with these fields and the defaults of the others. */
  public Value.Struct of(Map<String, Value> given) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (Map.Entry<String, Field> field : fields.entrySet()) {
      Value value = given.get(field.getKey());
      if (value != null) {
        values.put(field.getKey(), value);
      } else if (field.getValue().defaultValue().isPresent()) {
        values.put(field.getKey(), field.getValue().defaultValue().get());
      }
    }
    return new Value.Struct(this, values);
  }

  /** Reads a struct from JSON: keys it does not know are ignored. */
  public Value.Struct read(Json json) throws SchemaException {
    return ValueReader.readStruct(this, json);
  }
}

package org.thermos.config.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thermos.config.json.Json;

/**
 * Reads values from JSON. Unknown keys are ignored everywhere (the original does so only outside
 * lists, config 5.2); the shape must fit, the scalars are coerced later.
 */
final class ValueReader {
  private ValueReader() {}

  static Value read(Type type, Json json) throws SchemaException {
    if (type instanceof StructType struct) {
      return readStruct(struct, json);
    }
    if (type instanceof ListType list) {
      return readList(list, json);
    }
    if (type instanceof MapType map) {
      return readMap(map, json);
    }
    ScalarType scalar = (ScalarType) type;
    scalar.requireAcceptable(json);
    return new Value.Scalar(scalar, json);
  }

  static Value.Struct readStruct(StructType type, Json json) throws SchemaException {
    if (!(json instanceof Json.Dictionary object)) {
      throw new SchemaException("Expected dictionary argument, got " + PythonText.repr(json));
    }
    Map<String, Value> fields = new LinkedHashMap<>();
    for (Map.Entry<String, StructType.Field> field : type.fields().entrySet()) {
      Json given = object.members().get(field.getKey());
      if (given != null) {
        try {
          fields.put(field.getKey(), read(field.getValue().type(), given));
        } catch (SchemaException e) {
          throw e.inField(type, field.getKey());
        }
      }
    }
    return type.of(fields);
  }

  private static Value readList(ListType type, Json json) throws SchemaException {
    if (!(json instanceof Json.Array array)) {
      throw new SchemaException("ListContainer expects an iterable, got " + PythonText.repr(json));
    }
    List<Value> elements = new ArrayList<>(array.elements().size());
    for (Json element : array.elements()) {
      try {
        elements.add(read(type.element(), element));
      } catch (SchemaException e) {
        throw e.inElement(type);
      }
    }
    return new Value.Sequence(type, elements);
  }

  private static Value readMap(MapType type, Json json) throws SchemaException {
    if (!(json instanceof Json.Dictionary object)) {
      throw new SchemaException("Unexpected input to MapContainer: " + PythonText.repr(json));
    }
    List<Value.Mapping.Entry> entries = new ArrayList<>(object.members().size());
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      entries.add(
          new Value.Mapping.Entry(
              new Value.Scalar(type.key(), new Json.Text(member.getKey())),
              read(type.value(), member.getValue())));
    }
    return new Value.Mapping(type, entries);
  }
}

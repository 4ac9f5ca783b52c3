package org.thermos.config.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thermos.config.json.Json;

/** A typed value, possibly with templates in its texts. Immutable. */
public sealed interface Value {

  /** The value as JSON, only the fields that are set. */
  Json toJson();

  /**
   * A value without parts.
   *
   * @param raw what was read, until interpolation coerces it
   */
  record Scalar(ScalarType type, Json raw) implements Value {
    @Override
    public Json toJson() {
      return raw;
    }
  }

  record Sequence(ListType type, List<Value> elements) implements Value {
    public Sequence {
      elements = List.copyOf(elements);
    }

    @Override
    public Json toJson() {
      List<Json> json = new ArrayList<>(elements.size());
      for (Value element : elements) {
        json.add(element.toJson());
      }
      return new Json.Array(json);
    }
  }

  record Mapping(MapType type, List<Entry> entries) implements Value {
    /** One entry; keys need not be unique before interpolation. */
    public record Entry(Scalar key, Value value) {}

    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public Json toJson() {
      Map<String, Json> json = new LinkedHashMap<>();
      for (Entry entry : entries) {
        json.put(PythonText.str(entry.key().raw()), entry.value().toJson());
      }
      return new Json.Dictionary(json);
    }
  }

  record Struct(StructType type, Map<String, Value> fields) implements Value {
    public Struct {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A field's value, if it is set. */
    public Optional<Value> get(String field) {
      return Optional.ofNullable(fields.get(field));
    }

    @Override
    public Json toJson() {
      Map<String, Json> json = new LinkedHashMap<>();
      for (Map.Entry<String, Value> field : fields.entrySet()) {
        json.put(field.getKey(), field.getValue().toJson());
      }
      return new Json.Dictionary(json);
    }
  }
}

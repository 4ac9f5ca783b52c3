package org.thermos.config.schema;

import org.thermos.config.json.Json;

/** The scalar types of config 5.2 with their coercions. */
public enum Primitive implements ScalarType {
  STRING("String", "a string") {
    @Override
    public Json coerce(Json raw) throws SchemaException {
      if (raw instanceof Json.Text) {
        return raw;
      }
      if (raw instanceof Json.Int || raw instanceof Json.Real || raw instanceof Json.Bool) {
        return new Json.Text(PythonText.str(raw));
      }
      throw cannotCoerce(raw);
    }

    @Override
    boolean isOfType(Json value) {
      return value instanceof Json.Text;
    }
  },

  INTEGER("Integer", "an integer") {
    @Override
    public Json coerce(Json raw) throws SchemaException {
      return PythonNumbers.toInteger(raw).map(Json.Int::new).orElseThrow(() -> cannotCoerce(raw));
    }

    @Override
    boolean isOfType(Json value) {
      return value instanceof Json.Int;
    }
  },

  FLOAT("Float", "a float") {
    @Override
    public Json coerce(Json raw) throws SchemaException {
      return PythonNumbers.toFloat(raw).map(Json.Real::new).orElseThrow(() -> cannotCoerce(raw));
    }

    @Override
    boolean isOfType(Json value) {
      return value instanceof Json.Real || value instanceof Json.Int;
    }
  },

  BOOLEAN("Boolean", "a boolean") {
    @Override
    public Json coerce(Json raw) throws SchemaException {
      if (raw instanceof Json.Text text) {
        if (text.value().equalsIgnoreCase("true") || text.value().equals("1")) {
          return new Json.Bool(true);
        }
        if (text.value().equalsIgnoreCase("false") || text.value().equals("0")) {
          return new Json.Bool(false);
        }
        throw cannotCoerce(raw);
      }
      if (raw instanceof Json.Bool) {
        return raw;
      }
      if (raw instanceof Json.Int number) {
        return new Json.Bool(number.value().signum() != 0);
      }
      if (raw instanceof Json.Real number) {
        return new Json.Bool(number.value() != 0);
      }
      throw cannotCoerce(raw);
    }

    @Override
    boolean isOfType(Json value) {
      return value instanceof Json.Bool;
    }
  };

  private final String typeName;
  private final String description;

  Primitive(String typeName, String description) {
    this.typeName = typeName;
    this.description = description;
  }

  @Override
  public String typeName() {
    return typeName;
  }

  abstract boolean isOfType(Json value);

  @Override
  public void requireOfType(Json interpolated) throws SchemaException {
    if (!isOfType(interpolated)) {
      throw new SchemaException(PythonText.repr(interpolated) + " not " + description);
    }
  }

  SchemaException cannotCoerce(Json raw) {
    return new SchemaException(
        "Unable to interpolate: Cannot coerce '"
            + PythonText.shortened(PythonText.str(raw))
            + "' to "
            + typeName);
  }
}

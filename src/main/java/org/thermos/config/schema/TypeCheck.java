package org.thermos.config.schema;

import java.util.Map;

/** Whether an interpolated value is of its type, in the texts of config 5.2. */
final class TypeCheck {
  private TypeCheck() {}

  static void check(Value value) throws SchemaException {
    if (value instanceof Value.Scalar scalar) {
      scalar.type().requireOfType(scalar.raw());
    } else if (value instanceof Value.Struct struct) {
      checkStruct(struct);
    } else if (value instanceof Value.Sequence list) {
      for (Value element : list.elements()) {
        try {
          check(element);
        } catch (SchemaException e) {
          throw e.inElement(list.type());
        }
      }
    } else if (value instanceof Value.Mapping map) {
      for (Value.Mapping.Entry entry : map.entries()) {
        check(entry.key());
        check(entry.value());
      }
    }
  }

  private static void checkStruct(Value.Struct struct) throws SchemaException {
    for (Map.Entry<String, StructType.Field> field : struct.type().fields().entrySet()) {
      Value value = struct.fields().get(field.getKey());
      if (value == null && field.getValue().required()) {
        throw new SchemaException(
            struct.type().typeName() + "[" + field.getKey() + "] is required.");
      }
      if (value != null) {
        try {
          check(value);
        } catch (SchemaException e) {
          throw e.inField(struct.type(), field.getKey());
        }
      }
    }
  }
}

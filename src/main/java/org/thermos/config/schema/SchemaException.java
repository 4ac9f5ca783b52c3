package org.thermos.config.schema;

/**
 * A value does not fit its schema, or a template in it cannot be resolved. The message names the
 * field, from the outside in, in the words of config 5.2.
 */
public final class SchemaException extends Exception {
  public SchemaException(String message) {
    super(message);
  }

  private SchemaException(String message, SchemaException cause) {
    super(message, cause);
  }

  /** The same failure as seen from the outside: in a field of a struct. */
  SchemaException inField(StructType struct, String field) {
    return new SchemaException(struct.typeName() + "[" + field + "] failed: " + getMessage(), this);
  }

  /** The same failure as seen from the outside: in an element of a list. */
  SchemaException inElement(ListType list) {
    return new SchemaException(
        "Element in " + list.typeName() + " failed check: " + getMessage(), this);
  }
}

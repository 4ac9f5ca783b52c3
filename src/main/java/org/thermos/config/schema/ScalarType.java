package org.thermos.config.schema;

import org.thermos.config.json.Json;

/** A type whose values have no parts. Its values are coerced only when they are interpolated. */
public sealed interface ScalarType extends Type permits Primitive, EnumType, IntegerRangesType {

  /** Refuses what can be told wrong before any template is resolved. */
  default void requireAcceptable(Json raw) throws SchemaException {}

  /** The value as this type has it; {@code raw} has no templates left. */
  Json coerce(Json raw) throws SchemaException;

  /** Refuses a value that is still not of this type after interpolation. */
  void requireOfType(Json interpolated) throws SchemaException;
}

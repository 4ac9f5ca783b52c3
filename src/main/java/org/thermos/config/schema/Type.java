package org.thermos.config.schema;

/** What values a field takes. */
public sealed interface Type permits ScalarType, ListType, MapType, StructType {
  /** The type's name in messages and in rendered text, e.g. {@code ProcessList}. */
  String typeName();
}

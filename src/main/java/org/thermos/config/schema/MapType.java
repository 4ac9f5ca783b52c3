package org.thermos.config.schema;

/** A mapping; keys and values may be templates. */
public record MapType(ScalarType key, Type value) implements Type {
  @Override
  public String typeName() {
    return key.typeName() + value.typeName() + "Map";
  }
}

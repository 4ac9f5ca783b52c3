package org.thermos.config.schema;

/** A sequence of values of one type. */
public record ListType(Type element) implements Type {
  @Override
  public String typeName() {
    return element.typeName() + "List";
  }
}

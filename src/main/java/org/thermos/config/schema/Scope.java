package org.thermos.config.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What names mean at some place: the fields of the structs around it and what is bound, from the
 * inside out (config 5.3). {@code self} is the struct itself, {@code super} what is around it.
 */
public final class Scope {
  /** Nothing is known. */
  public static final Scope EMPTY = new Scope(Map.of(), false, List.of());

  /** A value that was found, and the scope that its own templates see. */
  record Found(Value value, Scope scope) {}

  private final Map<String, Value> names;
  private final boolean struct;
  private final List<Scope> outer;

  private Scope(Map<String, Value> names, boolean struct, List<Scope> outer) {
    this.names = names;
    this.struct = struct;
    this.outer = outer;
  }

  /** Within a struct. */
  static Scope within(Value.Struct struct, Scope enclosing) {
    return new Scope(struct.fields(), true, List.of(enclosing));
  }

  /** A name bound on top of what {@code enclosing} knows. */
  public static Scope binding(String name, Value value, Scope enclosing) {
    return new Scope(Map.of(name, value), false, List.of(enclosing));
  }

  Optional<Found> find(Reference reference) {
    boolean qualified = struct && reference.parts().size() > 1;
    if (qualified && reference.startsWith("self")) {
      Optional<Found> own = findOwn(reference.rest());
      if (own.isPresent()) {
        return own;
      }
    }
    Optional<Found> found = findOwn(reference);
    if (found.isEmpty()) {
      found = findOutside(reference);
    }
    if (found.isEmpty() && qualified && reference.startsWith("super")) {
      found = findOutside(reference.rest());
    }
    return found;
  }

  private Optional<Found> findOutside(Reference reference) {
    for (Scope scope : outer) {
      Optional<Found> found = scope.find(reference);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> findOwn(Reference reference) {
    Value value = reference.first().index() ? null : names.get(reference.first().value());
    if (value == null) {
      return Optional.empty();
    }
    List<Reference.Part> path = reference.parts().subList(1, reference.parts().size());
    return descend(value, path);
  }

  // What is found sees only the structs it was found through, as in the original: the rest of its
  // templates are resolved where it is inserted.
  private static Optional<Found> descend(Value from, List<Reference.Part> path) {
    Value value = from;
    Scope scope = EMPTY;
    for (Reference.Part part : path) {
      Value next = null;
      if (value instanceof Value.Struct inner && !part.index()) {
        next = inner.fields().get(part.value());
        scope = within(inner, scope);
      } else if (value instanceof Value.Sequence list && part.index()) {
        next = element(list.elements(), part.value());
      } else if (value instanceof Value.Mapping map && part.index()) {
        next = entry(map, part.value());
      }
      if (next == null) {
        return Optional.empty();
      }
      value = next;
    }
    return Optional.of(new Found(value, scope));
  }

  private static Value element(List<Value> elements, String index) {
    try {
      int position = Integer.parseInt(index);
      int fromStart = position < 0 ? elements.size() + position : position;
      return fromStart >= 0 && fromStart < elements.size() ? elements.get(fromStart) : null;
    } catch (NumberFormatException e) {
      return null; // a word, or beyond any list: there is no such element
    }
  }

  private static Value entry(Value.Mapping map, String key) {
    for (Value.Mapping.Entry entry : map.entries()) {
      if (PythonText.str(entry.key().raw()).equals(key)) {
        return entry.value();
      }
    }
    return null;
  }
}

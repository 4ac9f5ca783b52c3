package org.thermos.config.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thermos.config.json.Json;

/**
 * One pass over a value that replaces its tags by what they refer to and coerces its scalars
 * (config 5.2, 5.3). Tags that refer to nothing known stay, and are reported.
 *
 * <p>Escaped tags stay as they are, ampersand and all, so that it does not matter how many passes a
 * text goes through (gaps 9.5 #59). Whoever uses a text takes the escape off: {@link #unescaped}.
 *
 * <p>A text is gone over again until nothing is replaced any more, at most {@link #MAXIMUM_ROUNDS}
 * times. What a pass may produce is bounded too, by {@link #MAXIMUM_CHARACTERS}: a few templates
 * that refer to each other twice each would else fill any memory.
 */
public final class Interpolation {
  /** How often one text is gone over, at most. */
  static final int MAXIMUM_ROUNDS = 100;

  /** How long a text may get, in characters. */
  static final int MAXIMUM_TEXT = 16 * 1024 * 1024;

  /** How much text with tags in it one pass reads and produces, at most. */
  static final long MAXIMUM_CHARACTERS = 64L * 1024 * 1024;

  private final Set<Reference> unbound = new LinkedHashSet<>();
  private long charactersLeft = MAXIMUM_CHARACTERS;

  private Interpolation() {}

  /**
   * What a pass gives.
   *
   * @param unbound the references that stayed, in the order they were met
   */
  public record Result<V extends Value>(V value, Set<Reference> unbound) {}

  /** Interpolates a struct within a scope. */
  public static Result<Value.Struct> of(Value.Struct value, Scope scope) throws SchemaException {
    Interpolation pass = new Interpolation();
    return new Result<>((Value.Struct) pass.value(value, scope, pass.unbound), pass.unbound);
  }

  /**
   * Interpolates a struct and asks for its being of its type, with every reference resolved or not.
   */
  public static Value.Struct checked(Value.Struct value, Scope scope) throws SchemaException {
    Value.Struct interpolated = of(value, scope).value();
    TypeCheck.check(interpolated);
    return interpolated;
  }

  /** A field of a struct as seen from outside: interpolated within the struct, if it is set. */
  public static Optional<Value> field(Value.Struct struct, String name, Scope scope)
      throws SchemaException {
    Optional<Value> field = struct.get(name);
    if (field.isEmpty()) {
      return field;
    }
    Interpolation pass = new Interpolation();
    try {
      return Optional.of(pass.value(field.get(), Scope.within(struct, scope), pass.unbound));
    } catch (SchemaException e) {
      throw e.inField(struct.type(), name);
    }
  }

  /** A text to be used, with no pass to come: without the ampersand of each escaped tag. */
  public static String unescaped(String interpolated) {
    return Template.unescaped(interpolated);
  }

  private Value value(Value value, Scope scope, Set<Reference> unbound) throws SchemaException {
    if (value instanceof Value.Scalar scalar) {
      return scalar(scalar, scope, unbound);
    }
    if (value instanceof Value.Struct struct) {
      return struct(struct, scope, unbound);
    }
    if (value instanceof Value.Sequence list) {
      return sequence(list, scope, unbound);
    }
    return mapping((Value.Mapping) value, scope, unbound);
  }

  private Value struct(Value.Struct struct, Scope scope, Set<Reference> unbound)
      throws SchemaException {
    Scope inner = Scope.within(struct, scope);
    Map<String, Value> fields = new LinkedHashMap<>();
    boolean changed = false;
    for (Map.Entry<String, Value> field : struct.fields().entrySet()) {
      try {
        Value interpolated = value(field.getValue(), inner, unbound);
        changed |= interpolated != field.getValue();
        fields.put(field.getKey(), interpolated);
      } catch (SchemaException e) {
        throw e.inField(struct.type(), field.getKey());
      }
    }
    return changed ? new Value.Struct(struct.type(), fields) : struct;
  }

  private Value sequence(Value.Sequence list, Scope scope, Set<Reference> unbound)
      throws SchemaException {
    List<Value> elements = new ArrayList<>(list.elements().size());
    boolean changed = false;
    for (Value element : list.elements()) {
      try {
        Value interpolated = value(element, scope, unbound);
        changed |= interpolated != element;
        elements.add(interpolated);
      } catch (SchemaException e) {
        throw e.inElement(list.type());
      }
    }
    return changed ? new Value.Sequence(list.type(), elements) : list;
  }

  private Value mapping(Value.Mapping map, Scope scope, Set<Reference> unbound)
      throws SchemaException {
    List<Value.Mapping.Entry> entries = new ArrayList<>(map.entries().size());
    for (Value.Mapping.Entry entry : map.entries()) {
      Value.Scalar key = scalar(entry.key(), scope, unbound);
      entries.add(new Value.Mapping.Entry(key, value(entry.value(), scope, unbound)));
    }
    return new Value.Mapping(map.type(), entries);
  }

  private Value.Scalar scalar(Value.Scalar scalar, Scope scope, Set<Reference> unbound)
      throws SchemaException {
    Json raw = scalar.raw();
    if (raw instanceof Json.Text text && Template.mayHaveTags(text.value())) {
      Set<Reference> own = new LinkedHashSet<>();
      raw = new Json.Text(resolve(text.value(), scope, own));
      if (!own.isEmpty()) {
        unbound.addAll(own);
        return new Value.Scalar(scalar.type(), raw);
      }
    }
    Json coerced = scalar.type().coerce(raw);
    return coerced == scalar.raw() ? scalar : new Value.Scalar(scalar.type(), coerced);
  }

  private String resolve(String template, Scope scope, Set<Reference> unbound)
      throws SchemaException {
    Map<String, Replacement> known = new HashMap<>();
    String text = template;
    for (int round = 0; round < MAXIMUM_ROUNDS; round++) {
      StringBuilder out = new StringBuilder(text.length());
      if (!replaceOnce(text, scope, known, out)) {
        noteReferences(text, unbound);
        return text;
      }
      text = out.toString();
    }
    throw unresolvable(text, "Maximum replacements reached.");
  }

  /** What stands for a tag; for an unbound one, the tag itself. */
  private record Replacement(String text, boolean bound) {}

  /** Goes over a text once; tells whether any tag was replaced. */
  private boolean replaceOnce(
      String text, Scope scope, Map<String, Replacement> known, StringBuilder out)
      throws SchemaException {
    boolean replaced = false;
    int copied = 0;
    spend(text.length(), text);
    Template tags = new Template(text);
    while (tags.next()) {
      out.append(text, copied, tags.start());
      copied = tags.end();
      if (tags.escaped()) {
        out.append(text, tags.start(), tags.end());
      } else {
        Replacement replacement = known.get(tags.body());
        if (replacement == null) {
          replacement = replacement(tags.body(), scope);
          known.put(tags.body(), replacement);
        }
        if (out.length() + replacement.text().length() > MAXIMUM_TEXT) {
          throw unresolvable(text, "It expands to more than " + MAXIMUM_TEXT + " characters.");
        }
        spend(replacement.text().length(), text);
        out.append(replacement.text());
        replaced |= replacement.bound();
      }
    }
    out.append(text, copied, text.length());
    return replaced;
  }

  private Replacement replacement(String body, Scope scope) throws SchemaException {
    Reference reference = Reference.parse(body);
    Optional<Scope.Found> found = scope.find(reference);
    return found.isPresent()
        ? new Replacement(rendered(found.get().value(), found.get().scope()), true)
        : new Replacement(reference.toString(), false);
  }

  private void spend(long characters, String text) throws SchemaException {
    charactersLeft -= characters;
    if (charactersLeft < 0) {
      throw unresolvable(
          text, "All templates expand to more than " + MAXIMUM_CHARACTERS + " characters.");
    }
  }

  private static SchemaException unresolvable(String text, String why) {
    return new SchemaException(
        "Unable to interpolate: Unable to interpolate " + PythonText.shortened(text) + "!  " + why);
  }

  /** Those of a text that refer to nothing known. */
  private static void noteReferences(String text, Set<Reference> unbound) throws SchemaException {
    Template tags = new Template(text);
    while (tags.next()) {
      if (!tags.escaped()) {
        unbound.add(Reference.parse(tags.body()));
      }
    }
  }

  /** A value as the text that replaces a tag: structs and lists the way Python shows them. */
  private String rendered(Value value, Scope scope) throws SchemaException {
    Value interpolated = value(value, scope, new LinkedHashSet<>());
    if (interpolated instanceof Value.Scalar scalar) {
      return PythonText.str(scalar.raw());
    }
    StringBuilder out = new StringBuilder();
    if (interpolated instanceof Value.Struct struct) {
      String name = struct.type().typeName();
      String separator = "";
      for (Map.Entry<String, Value> field : struct.fields().entrySet()) {
        appendPart(separator + field.getKey() + "=", field.getValue(), out);
        separator = ",\n" + " ".repeat(name.length() + 1);
      }
      return name + "(" + out + ")";
    }
    if (interpolated instanceof Value.Sequence list) {
      String separator = "";
      for (Value element : list.elements()) {
        appendPart(separator, element, out);
        separator = ", ";
      }
      return list.type().typeName() + "(" + out + ")";
    }
    Value.Mapping map = (Value.Mapping) interpolated;
    String separator = "";
    for (Value.Mapping.Entry entry : map.entries()) {
      String key = rendered(entry.key(), Scope.EMPTY);
      appendPart(separator + key + " => ", entry.value(), out);
      separator = ", ";
    }
    return map.type().typeName() + "(" + out + ")";
  }

  private void appendPart(String label, Value value, StringBuilder out) throws SchemaException {
    String text = rendered(value, Scope.EMPTY);
    spend(label.length() + text.length(), label);
    out.append(label).append(text);
  }
}

package org.thermos.flags;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a command line gave, flag by flag. Immutable. */
public final class FlagValues {
  // By Flag.key(): hashing a record for the first time takes a JVM that has just started 20 ms.
  private final Map<String, List<String>> given;

  FlagValues(Map<String, List<String>> given) {
    this.given = given;
  }

  /** The flag's last value, else its default. An empty value counts as absent. */
  public Optional<String> get(Flag flag) {
    List<String> values = all(flag);
    Optional<String> value =
        values.isEmpty() ? flag.defaultValue() : Optional.of(values.get(values.size() - 1));
    return value.filter(text -> !text.isEmpty());
  }

  /** The flag's value, which must be there. */
  public String require(Flag flag) throws UsageException {
    return get(flag)
        .orElseThrow(() -> new UsageException("cannot start: --" + flag.name() + " is required"));
  }

  /** The flag's value as a whole number. */
  public OptionalInt getInt(Flag flag) throws UsageException {
    Optional<String> value = get(flag);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(value.get()));
    } catch (NumberFormatException e) {
      throw new UsageException(
          "cannot use --" + flag.name() + "=" + value.get() + ": it is not a whole number");
    }
  }

  public boolean isSet(Flag flag) {
    return given.containsKey(flag.key());
  }

  /** Every value of a repeated flag, in the order given. */
  public List<String> all(Flag flag) {
    return given.getOrDefault(flag.key(), List.of());
  }
}

package org.thermos.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thermos.config.json.Json;
import org.thermos.config.schema.Interpolation;
import org.thermos.config.schema.Value;

/**
 * The fields of a struct that is known to be of its type, as Java values. Numbers of any size are
 * accepted in configurations; here they end at what their Java type holds. Texts are given as they
 * are meant: their escaped tags have lost the ampersand.
 */
final class Fields {
  /** As good as for ever, and still safe to add to an instant. */
  private static final long MAXIMUM_SECONDS = 100L * 365 * 24 * 3600;

  private final Value.Struct struct;

  Fields(Value.Struct struct) {
    this.struct = struct;
  }

  String text(String field) {
    return Interpolation.unescaped(template(field));
  }

  /** A text that is to be interpolated again: escaped tags as they were written. */
  String template(String field) {
    return ((Json.Text) scalar(field)).value();
  }

  static String text(Value.Scalar scalar) {
    return Interpolation.unescaped(((Json.Text) scalar.raw()).value());
  }

  Optional<String> optionalText(String field) {
    return struct.get(field).isPresent() ? Optional.of(text(field)) : Optional.empty();
  }

  boolean bool(String field) {
    return ((Json.Bool) scalar(field)).value();
  }

  int integer(String field) {
    return (int) bounded(field, Integer.MAX_VALUE);
  }

  /** A code or ranges of codes. */
  StatusCodes statusCodes(String field) throws ConfigException {
    return scalar(field) instanceof Json.Text ranges
        ? StatusCodes.parse(ranges.value())
        : StatusCodes.of(integer(field));
  }

  long longInteger(String field) {
    return bounded(field, Long.MAX_VALUE);
  }

  double decimal(String field) {
    Json number = scalar(field);
    return number instanceof Json.Int whole
        ? whole.value().doubleValue()
        : ((Json.Real) number).value();
  }

  /** A number of seconds, whole or not; it must not be NaN. */
  Duration seconds(String field) {
    if (scalar(field) instanceof Json.Int) {
      return Duration.ofSeconds(bounded(field, MAXIMUM_SECONDS));
    }
    double seconds = Math.max(-MAXIMUM_SECONDS, Math.min(MAXIMUM_SECONDS, decimal(field)));
    BigDecimal nanos = BigDecimal.valueOf(seconds).movePointRight(9);
    return Duration.ofNanos(nanos.longValue());
  }

  Optional<Fields> struct(String field) {
    return struct.get(field).map(value -> new Fields((Value.Struct) value));
  }

  List<Value> list(String field) {
    return struct
        .get(field)
        .map(value -> ((Value.Sequence) value).elements())
        .orElseGet(ArrayList::new);
  }

  private long bounded(String field, long limit) {
    BigInteger value = ((Json.Int) scalar(field)).value();
    BigInteger most = BigInteger.valueOf(limit);
    return value.min(most).max(most.negate()).longValue();
  }

  private Json scalar(String field) {
    return ((Value.Scalar) struct.get(field).orElseThrow()).raw();
  }
}

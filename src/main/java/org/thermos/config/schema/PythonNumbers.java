package org.thermos.config.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.thermos.config.json.Json;

/**
 * Numbers as Python's {@code int} and {@code float} take them: white space around them and digits
 * of any script are fine, a fraction is dropped from a number but refused in a text (config 5.10).
 */
final class PythonNumbers {
  /** Longer numbers are refused: converting them would take time out of proportion. */
  private static final int MAXIMUM_DIGITS = 1000;

  private PythonNumbers() {}

  static Optional<BigInteger> toInteger(Json raw) {
    if (raw instanceof Json.Int number) {
      return Optional.of(number.value());
    }
    if (raw instanceof Json.Bool bool) {
      return Optional.of(bool.value() ? BigInteger.ONE : BigInteger.ZERO);
    }
    if (raw instanceof Json.Real number && Double.isFinite(number.value())) {
      return Optional.of(new BigDecimal(number.value()).toBigInteger());
    }
    if (raw instanceof Json.Text text) {
      String digits = normalized(text.value());
      int start = digits.startsWith("+") || digits.startsWith("-") ? 1 : 0;
      if (onlyDigits(digits, start, digits.length())) {
        return Optional.of(new BigInteger(digits));
      }
    }
    return Optional.empty();
  }

  static Optional<Double> toFloat(Json raw) {
    if (raw instanceof Json.Real number) {
      return Optional.of(number.value());
    }
    if (raw instanceof Json.Text text) {
      return parseFloat(normalized(text.value()).toLowerCase(Locale.ROOT));
    }
    return toInteger(raw).map(BigInteger::doubleValue);
  }

  private static Optional<Double> parseFloat(String text) {
    int start = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
    String magnitude = text.substring(start);
    double sign = text.startsWith("-") ? -1 : 1;
    return switch (magnitude) {
      case "inf", "infinity" -> Optional.of(sign * Double.POSITIVE_INFINITY);
      case "nan" -> Optional.of(Double.NaN);
      default ->
          isDecimal(magnitude)
              ? Optional.of(sign * Double.parseDouble(magnitude))
              : Optional.empty();
    };
  }

  /**
   * Digits with at most one point among them, then perhaps an exponent: nothing else Java knows.
   */
  private static boolean isDecimal(String text) {
    int exponent = text.indexOf('e');
    String mantissa = exponent < 0 ? text : text.substring(0, exponent);
    if (exponent >= 0) {
      String power = text.substring(exponent + 1);
      int start = power.startsWith("+") || power.startsWith("-") ? 1 : 0;
      if (!onlyDigits(power, start, power.length())) {
        return false;
      }
    }
    int point = mantissa.indexOf('.');
    String digits =
        point < 0 ? mantissa : mantissa.substring(0, point) + mantissa.substring(point + 1);
    return onlyDigits(digits, 0, digits.length());
  }

  private static boolean onlyDigits(String text, int from, int to) {
    if (from >= to || to - from > MAXIMUM_DIGITS) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Without white space around it and with the digits of other scripts made ASCII. */
  private static String normalized(String text) {
    if (text.length() > 2 * MAXIMUM_DIGITS) {
      return "";
    }
    StringBuilder ascii = new StringBuilder(text.length());
    text.strip()
        .codePoints()
        .forEach(
            c -> {
              if (Character.isDigit(c)) {
                ascii.append(Character.digit(c, 10));
              } else {
                ascii.appendCodePoint(c);
              }
            });
    return ascii.toString();
  }
}

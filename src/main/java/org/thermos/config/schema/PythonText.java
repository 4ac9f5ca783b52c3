package org.thermos.config.schema;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import org.thermos.config.json.Json;

/**
 * How Python 2 writes values: {@code str} is what a template is replaced by, {@code repr} is what
 * the original's messages show.
 */
final class PythonText {
  /** Longest excerpt of somebody's value in a message, in characters. */
  private static final int EXCERPT = 256;

  private PythonText() {}

  static String shortened(String text) {
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
  }

  static String str(Json value) {
    if (value instanceof Json.Text text) {
      return text.value();
    }
    if (value instanceof Json.Bool bool) {
      return bool.value() ? "True" : "False";
    }
    if (value instanceof Json.Int number) {
      return number.value().toString();
    }
    if (value instanceof Json.Real number) {
      return str(number.value());
    }
    return repr(value);
  }

  /** A value as a message shows it, cut where it gets long. */
  static String repr(Json value) {
    StringBuilder out = new StringBuilder();
    appendRepr(value, out);
    return shortened(out.toString());
  }

  private static void appendRepr(Json value, StringBuilder out) {
    if (out.length() > EXCERPT) {
      return;
    }
    if (value instanceof Json.Text text) {
      appendQuoted(text.value(), out);
    } else if (value instanceof Json.Array array) {
      String separator = "[";
      for (Json element : array.elements()) {
        out.append(separator);
        appendRepr(element, out);
        separator = ", ";
      }
      out.append(array.elements().isEmpty() ? "[]" : "]");
    } else if (value instanceof Json.Dictionary object) {
      String separator = "{";
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        out.append(separator);
        appendQuoted(member.getKey(), out);
        out.append(": ");
        appendRepr(member.getValue(), out);
        separator = ", ";
      }
      out.append(object.members().isEmpty() ? "{}" : "}");
    } else {
      out.append(value == Json.Null.NULL ? "None" : str(value));
    }
  }

  private static void appendQuoted(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append('u').append(quote);
    for (int i = 0; i < text.length() && out.length() <= EXCERPT; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(c);
          } else if (c >= ' ' && c < 0x7f) {
            out.append(c);
          } else if (c <= 0xff) {
            out.append(String.format("\\x%02x", (int) c));
          } else {
            out.append(String.format("\\u%04x", (int) c));
          }
        }
      }
    }
    out.append(quote);
  }

  /** Twelve significant digits, an exponent only for the very small and the large. */
  private static String str(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(12, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 12) {
      String plain = rounded.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    BigDecimal mantissa = rounded.movePointLeft(exponent);
    return mantissa.toPlainString()
        + 'e'
        + (exponent < 0 ? '-' : '+')
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}

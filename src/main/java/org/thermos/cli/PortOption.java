package org.thermos.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A port by name, as in {@code --port http:8080}.
 *
 * @param number empty to have any free one: {@code --port http}
 */
record PortOption(String name, OptionalInt number) {
  private static final int MAXIMUM = 65_535;

  /** Reads NAME or NAME:PORT. */
  static final class Converter implements ITypeConverter<PortOption> {
    @Override
    public PortOption convert(String text) {
      int colon = text.lastIndexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      if (name.isEmpty()) {
        throw new TypeConversionException("'" + text + "' is not NAME:PORT: it has no name");
      }
      return new PortOption(
          name,
          colon < 0
              ? OptionalInt.empty()
              : OptionalInt.of(number(text.substring(colon + 1), text)));
    }

    private static int number(String digits, String text) {
      try {
        int number = Integer.parseInt(digits);
        if (number > 0 && number <= MAXIMUM) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, as for a number out of range.
      }
      throw new TypeConversionException(
          "'" + text + "' is not NAME:PORT: the port must be a number from 1 to " + MAXIMUM);
    }
  }

  /**
   * The ports by name; all must have a number.
   *
   * @throws CommandException if one has none
   */
  static Map<String, Integer> numbered(List<PortOption> ports) throws CommandException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (PortOption port : ports) {
      if (port.number().isEmpty()) {
        throw new CommandException(
            ExitCode.USAGE,
            "cannot use --port " + port.name() + ": give a number, as in --port http:8080");
      }
      numbers.put(port.name(), port.number().getAsInt());
    }
    return numbers;
  }
}

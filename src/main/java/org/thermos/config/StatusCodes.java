package org.thermos.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which HTTP status codes are expected: any that is not an error, if none is named.
 *
 * @param ranges empty if none is named
 */
public record StatusCodes(List<Range> ranges) {
  /** None is named. */
  public static final StatusCodes UNSPECIFIED = new StatusCodes(List.of());

  private static final int FIRST_ERROR = 400;

  /** Codes from the first to the last, both included. */
  public record Range(int first, int last) {
    @Override
    public String toString() {
      return first == last ? String.valueOf(first) : first + "-" + last;
    }
  }

  public StatusCodes {
    ranges = List.copyOf(ranges);
  }

  /** One code; 0 names none, as in the original. */
  public static StatusCodes of(int code) {
    return code == 0 ? UNSPECIFIED : new StatusCodes(List.of(new Range(code, code)));
  }

  /**
   * Reads ranges as in {@code 200-399,404}.
   *
   * @throws ConfigException naming what is no range
   */
  static StatusCodes parse(String text) throws ConfigException {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", 2);
      try {
        int first = Integer.parseInt(ends[0].strip());
        Range range = new Range(first, Integer.parseInt(ends[ends.length - 1].strip()));
        if (first < 100 || range.first() > range.last() || range.last() > 599) {
          throw unreadable(part);
        }
        ranges.add(range);
      } catch (NumberFormatException e) {
        throw unreadable(part);
      }
    }
    return new StatusCodes(ranges);
  }

  private static ConfigException unreadable(String part) {
    return ConfigException.invalid(
        "Got invalid task: HttpHealthChecker[expected_response_code] failed: '"
            + part.strip()
            + "' is no range of status codes, which looks like 200-399 or 404.");
  }

  public boolean contains(int code) {
    return ranges.isEmpty()
        ? code < FIRST_ERROR
        : ranges.stream().anyMatch(range -> range.first() <= code && code <= range.last());
  }

  @Override
  public String toString() {
    return ranges.isEmpty()
        ? "below " + FIRST_ERROR
        : ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }
}

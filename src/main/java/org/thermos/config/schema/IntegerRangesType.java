package org.thermos.config.schema;

import java.util.regex.Pattern;
import org.thermos.config.json.Json;

/**
 * An integer, as it ever was, or a text like {@code 200-399,404}. What is neither is refused like
 * any text that is no integer.
 */
public enum IntegerRangesType implements ScalarType {
  INTEGER_RANGES;

  private static final Pattern RANGES =
      Pattern.compile("\\s*\\d{1,9}\\s*([-,]\\s*\\d{1,9}\\s*){1,50}");

  @Override
  public String typeName() {
    return Primitive.INTEGER.typeName();
  }

  @Override
  public Json coerce(Json raw) throws SchemaException {
    return isRanges(raw) ? raw : Primitive.INTEGER.coerce(raw);
  }

  @Override
  public void requireOfType(Json interpolated) throws SchemaException {
    if (!isRanges(interpolated)) {
      Primitive.INTEGER.requireOfType(interpolated);
    }
  }

  private static boolean isRanges(Json json) {
    return json instanceof Json.Text text && RANGES.matcher(text.value()).matches();
  }
}

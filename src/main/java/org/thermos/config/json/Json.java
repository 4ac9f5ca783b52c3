package org.thermos.config.json;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value. Immutable; objects keep the order of their keys. */
public sealed interface Json {

  /** The one JSON null. */
  enum Null implements Json {
    NULL
  }

  record Bool(boolean value) implements Json {}

  /** A number written without fraction or exponent, of any size. */
  record Int(BigInteger value) implements Json {
    public Int(long value) {
      this(BigInteger.valueOf(value));
    }
  }

  /** A number with fraction or exponent; also NaN and the infinities, as Python writes them. */
  record Real(double value) implements Json {}

  record Text(String value) implements Json {}

  record Array(List<Json> elements) implements Json {
    public Array {
      elements = List.copyOf(elements);
    }
  }

  record Dictionary(Map<String, Json> members) implements Json {
    public Dictionary {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }
}

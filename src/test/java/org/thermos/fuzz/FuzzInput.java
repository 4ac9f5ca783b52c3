package org.thermos.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes from a fuzzer, taken apart from the front; zeros when there are none left. */
public final class FuzzInput {
  private final byte[] bytes;
  private int next;

  public FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  public boolean isEmpty() {
    return next >= bytes.length;
  }

  /** From 0 to 255. */
  public int u8() {
    return isEmpty() ? 0 : Byte.toUnsignedInt(bytes[next++]);
  }

  /** From 0 to {@code bound} - 1. */
  public int below(int bound) {
    return u8() % bound;
  }

  public int i32() {
    return u8() << 24 | u8() << 16 | u8() << 8 | u8();
  }

  public long i64() {
    return (long) i32() << 32 | Integer.toUnsignedLong(i32());
  }

  /** Up to the next byte 0xff, which no UTF-8 has. */
  public String text() {
    int start = Math.min(next, bytes.length);
    int end = start;
    while (end < bytes.length && bytes[end] != (byte) 0xff) {
      end++;
    }
    next = end + 1;
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** All that is left. */
  public byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, Math.min(next, bytes.length), bytes.length);
    next = bytes.length;
    return rest;
  }
}

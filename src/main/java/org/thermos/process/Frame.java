package org.thermos.process;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A frame that was received: its type, the request it answers (0: none), and its fields, read in
 * order.
 */
final class Frame {
  private final int type;
  private final int request;
  private final ByteBuffer fields;

  private Frame(int type, int request, ByteBuffer fields) {
    this.type = type;
    this.request = request;
    this.fields = fields;
  }

  /**
   * Blocks until a whole frame is there.
   *
   * @throws EOFException at the end of the stream, also in the middle of a frame
   */
  static Frame read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 5 || length > Wire.MAX_FRAME) {
      throw new IOException(
          "unable to read an event of the broker: it claims a length of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Frame(Byte.toUnsignedInt(buffer.get()), buffer.getInt(), buffer);
  }

  int type() {
    return type;
  }

  int request() {
    return request;
  }

  int u8() throws IOException {
    return Byte.toUnsignedInt(next(Byte.BYTES).get());
  }

  int i32() throws IOException {
    return next(Integer.BYTES).getInt();
  }

  long i64() throws IOException {
    return next(Long.BYTES).getLong();
  }

  String string() throws IOException {
    int length = i32();
    ByteBuffer rest = next(length);
    byte[] bytes = new byte[length];
    rest.get(bytes);
    u8();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The bytes of a block, as text; what is no UTF-8 becomes replacement characters. */
  String block() throws IOException {
    int length = i32();
    ByteBuffer rest = next(length);
    byte[] bytes = new byte[length];
    rest.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The fields, which go on for at least so many bytes. */
  private ByteBuffer next(int count) throws IOException {
    if (count < 0 || count > fields.remaining()) {
      throw new IOException(
          "unable to read an event of the broker: its type is "
              + type
              + ", and it ends within a field");
    }
    return fields;
  }
}

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

  int u8() {
    return Byte.toUnsignedInt(fields.get());
  }

  int i32() {
    return fields.getInt();
  }

  long i64() {
    return fields.getLong();
  }

  String string() {
    byte[] bytes = new byte[fields.getInt()];
    fields.get(bytes);
    fields.get();
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

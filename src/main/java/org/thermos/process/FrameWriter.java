package org.thermos.process;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a frame together. A string is its length, its UTF-8 bytes and a NUL that the length leaves
 * out, so that C can use it where it lies.
 */
final class FrameWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
  private final DataOutputStream out = new DataOutputStream(bytes);

  FrameWriter(int type, int request) throws IOException {
    out.writeInt(0);
    out.writeByte(type);
    out.writeInt(request);
  }

  FrameWriter u8(int value) throws IOException {
    out.writeByte(value);
    return this;
  }

  FrameWriter i32(int value) throws IOException {
    out.writeInt(value);
    return this;
  }

  FrameWriter i64(long value) throws IOException {
    out.writeLong(value);
    return this;
  }

  FrameWriter string(String text) throws IOException {
    if (text.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "unable to pass on a text with a NUL character: " + text.replace('\0', '␀'));
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(encoded.length);
    out.write(encoded);
    out.writeByte(0);
    return this;
  }

  FrameWriter path(Optional<Path> path) throws IOException {
    return string(path.map(Path::toString).orElse(""));
  }

  FrameWriter strings(Collection<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      string(text);
    }
    return this;
  }

  FrameWriter environment(Map<String, String> variables) throws IOException {
    out.writeInt(variables.size());
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      string(variable.getKey() + "=" + variable.getValue());
    }
    return this;
  }

  FrameWriter account(Optional<Account> account) throws IOException {
    i32(account.map(Account::uid).orElse(0));
    i32(account.map(Account::gid).orElse(0));
    List<Integer> groups = account.map(Account::groups).orElse(List.of());
    out.writeInt(groups.size());
    for (int group : groups) {
      out.writeInt(group);
    }
    return this;
  }

  byte[] frame() {
    if (bytes.size() - Integer.BYTES > Wire.MAX_FRAME) {
      throw new IllegalArgumentException(
          "unable to pass on " + bytes.size() + " bytes, more than " + Wire.MAX_FRAME);
    }
    byte[] frame = bytes.toByteArray();
    ByteBuffer.wrap(frame).putInt(frame.length - Integer.BYTES);
    return frame;
  }
}

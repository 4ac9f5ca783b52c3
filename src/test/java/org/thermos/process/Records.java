package org.thermos.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TDeserializer;
import org.apache.thrift.TException;
import org.thermos.thrift.checkpoint.ProcessStatus;
import org.thermos.thrift.checkpoint.RunnerCkpt;

/** A checkpoint stream read with the generated thrift classes, which know nothing of the C code. */
final class Records {
  private Records() {}

  static List<ProcessStatus> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<ProcessStatus> records = new ArrayList<>();
    while (bytes.remaining() >= Integer.BYTES
        && bytes.getInt(bytes.position()) <= bytes.remaining() - Integer.BYTES) {
      byte[] payload = new byte[bytes.getInt()];
      bytes.get(payload);
      RunnerCkpt record = new RunnerCkpt();
      try {
        new TDeserializer().deserialize(record, payload);
      } catch (TException e) {
        throw new IOException("unable to decode a record of " + file, e);
      }
      records.add(record.getProcess_status());
    }
    return records;
  }
}

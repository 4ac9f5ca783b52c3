package org.thermos.cli;

import java.util.Arrays;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TMemoryBuffer;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.thermos.thrift.aurora.AssignedTask;

/** AssignedTasks and their bytes. */
final class AssignedTasks {
  private static final int USUAL_BYTES = 8 << 10;

  private AssignedTasks() {}

  static byte[] encode(AssignedTask task) {
    try {
      TMemoryBuffer buffer = new TMemoryBuffer(USUAL_BYTES);
      task.write(new TBinaryProtocol(buffer));
      return Arrays.copyOf(buffer.getArray(), buffer.length());
    } catch (TException e) {
      throw new IllegalStateException("cannot write to memory", e);
    }
  }

  /**
   * @throws TException if {@code data} is none
   */
  static AssignedTask decode(byte[] data) throws TException {
    AssignedTask task = new AssignedTask();
    task.read(new TBinaryProtocol(new TMemoryInputTransport(data)));
    return task;
  }
}

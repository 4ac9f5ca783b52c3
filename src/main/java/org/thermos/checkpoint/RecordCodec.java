package org.thermos.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.transport.TMemoryBuffer;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportException;
import org.thermos.thrift.checkpoint.RunnerCkpt;

/**
 * The bytes of one record: a {@code RunnerCkpt} in Thrift's binary protocol, without a message
 * envelope (checkpoints 1.2, 1.3).
 *
 * <p>Decoding is for untrusted bytes. It skips fields it does not know, takes fields in any order,
 * and needs no more memory and depth than a multiple of what the payload and the limits below
 * allow.
 */
public final class RecordCodec {
  /** The longest payload that may be framed, in bytes. */
  public static final int MAX_PAYLOAD = 64 << 20;

  private static final int MAX_DEPTH = 64;

  /**
   * A task cannot have more ports than there are. Thrift makes room for as many entries as a map
   * claims to have.
   */
  private static final long MAX_ENTRIES = 1 << 16;

  private static final int USUAL_PAYLOAD = 256;

  static {
    TProtocolUtil.setMaxSkipDepth(MAX_DEPTH); // else hostile nesting overflows the stack
  }

  private RecordCodec() {}

  /**
   * The payload of one frame. The same record always gives the same bytes, those that the original
   * would write.
   */
  public static byte[] encode(CheckpointRecord record) {
    try {
      TMemoryBuffer buffer = new TMemoryBuffer(USUAL_PAYLOAD);
      WireRecords.toWire(record).write(new TBinaryProtocol(buffer));
      if (buffer.length() > MAX_PAYLOAD) {
        throw new IllegalArgumentException(
            "Cannot encode a record of " + buffer.length() + " bytes; the limit is " + MAX_PAYLOAD);
      }
      return Arrays.copyOf(buffer.getArray(), buffer.length());
    } catch (TException e) {
      throw new IllegalStateException("Cannot encode " + record + " into memory", e);
    }
  }

  /**
   * The record that {@code payload} holds.
   *
   * @throws CorruptRecordException if it holds none, or anything after it
   */
  public static CheckpointRecord decode(byte[] payload) throws CorruptRecordException {
    return decode(ByteBuffer.wrap(payload));
  }

  /** The record in what remains of a buffer that is backed by an array. */
  static CheckpointRecord decode(ByteBuffer payload) throws CorruptRecordException {
    int start = payload.arrayOffset() + payload.position();
    int length = payload.remaining();
    if (length == 1 && payload.get(payload.position()) == TType.STOP) {
      throw new CorruptRecordException(0, WireRecords.EMPTY); // Thrift's unions cannot be empty
    }
    RunnerCkpt wire = new RunnerCkpt();
    int read = 0;
    try {
      TMemoryInputTransport transport = new TMemoryInputTransport(payload.array(), start, length);
      try {
        wire.read(new CheckedProtocol(transport, length));
      } finally {
        read = transport.getBufferPosition() - start;
      }
    } catch (TTransportException e) {
      throw undecodable(read, length, "a field ends beyond it");
    } catch (TException e) {
      throw undecodable(read, length, e.getMessage());
    }
    if (read < length) {
      throw undecodable(read, length, "the rest is left over");
    }
    return WireRecords.fromWire(wire);
  }

  private static CorruptRecordException undecodable(int read, int length, String reason) {
    return new CorruptRecordException(
        read, "Cannot decode the record after " + read + " of " + length + " bytes: " + reason);
  }

  private static final class CheckedProtocol extends TBinaryProtocol {
    CheckedProtocol(TTransport transport, int length) {
      super(transport, length, Math.min(length, MAX_ENTRIES));
    }

    /** Else a short cut for bytes in memory forgets to check for negative lengths. */
    @Override
    public String readString() throws TException {
      return readStringBody(readI32());
    }
  }
}

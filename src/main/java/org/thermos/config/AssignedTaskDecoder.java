package org.thermos.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.apache.thrift.transport.TTransportException;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException.Kind;

/**
 * Decodes Aurora's AssignedTask, picking the few fields an executor needs and skipping the others
 * by their type (config 5.8). Not by the generated classes: these take bytes that are no UTF-8 for
 * text, lose their place in a union with two members set, and skip without a limit of depth.
 */
final class AssignedTaskDecoder {
  private static final int MAXIMUM_BYTES = 64 * 1024 * 1024;

  /** Deepest nesting skipped; a TaskConfig goes six deep. */
  private static final int MAXIMUM_DEPTH = 64;

  /** Reads a field, or leaves it to be skipped. */
  private interface FieldReader {
    boolean read(short id, byte type) throws TException, CharacterCodingException;
  }

  private final TProtocol protocol;
  private Optional<String> taskId = Optional.empty();
  private Optional<String> hostname = Optional.empty();
  private Optional<Integer> instance = Optional.empty();
  private Optional<Map<String, Integer>> ports = Optional.empty();
  private Optional<String> role = Optional.empty();
  private Optional<String> environment = Optional.empty();
  private Optional<String> jobName = Optional.empty();
  private Optional<String> configuration = Optional.empty();
  private ContainerKind container = ContainerKind.NONE;

  private AssignedTaskDecoder(TProtocol protocol) {
    this.protocol = protocol;
  }

  static Assignment decode(byte[] data) throws ConfigException {
    if (data.length > MAXIMUM_BYTES) {
      throw unreadable("It has " + data.length + " bytes, more than " + MAXIMUM_BYTES, null);
    }
    try {
      TConfiguration bounds = new TConfiguration(MAXIMUM_BYTES, MAXIMUM_BYTES, MAXIMUM_DEPTH);
      TMemoryInputTransport transport = new TMemoryInputTransport(bounds, data);
      AssignedTaskDecoder decoder = new AssignedTaskDecoder(new TBinaryProtocol(transport));
      decoder.readStruct(decoder::assignedTaskField);
      return decoder.assignment();
    } catch (TTransportException e) { // The transport is memory: its end is all that can go wrong.
      throw unreadable("It is no AssignedTask in thrift's binary protocol, or ends too early", e);
    } catch (TException e) {
      throw unreadable("It is no AssignedTask in thrift's binary protocol: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw unreadable("A text in it is not UTF-8", e);
    }
  }

  static String decodeText(byte[] utf8) throws ConfigException {
    try {
      return text(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw unreadable("It is not UTF-8", e);
    }
  }

  private static ConfigException unreadable(String why, Throwable cause) {
    return new ConfigException(Kind.UNREADABLE, "Could not deserialize task. " + why, cause);
  }

  private Assignment assignment() throws ConfigException {
    return new Assignment(
        required("AssignedTask[taskId]", taskId),
        required("AssignedTask[slaveHost]", hostname),
        required("AssignedTask[instanceId]", instance),
        required("AssignedTask[assignedPorts]", ports),
        Optional.of(
            new JobKey(
                required("TaskConfig[job].role", role),
                required("TaskConfig[job].environment", environment),
                required("TaskConfig[job].name", jobName))),
        container,
        required("TaskConfig[executorConfig].data", configuration));
  }

  private static <T> T required(String field, Optional<T> value) throws ConfigException {
    if (value.isEmpty()) {
      throw unreadable(field + " is required.", null);
    }
    return value.get();
  }

  private boolean assignedTaskField(short id, byte type)
      throws TException, CharacterCodingException {
    if (id == 1 && type == TType.STRING) {
      taskId = Optional.of(readText());
    } else if (id == 3 && type == TType.STRING) {
      hostname = Optional.of(readText());
    } else if (id == 4 && type == TType.STRUCT) {
      readStruct(this::taskConfigField);
    } else if (id == 5 && type == TType.MAP) {
      ports = Optional.of(readPorts());
    } else if (id == 6 && type == TType.I32) {
      instance = Optional.of(protocol.readI32());
    } else {
      return false;
    }
    return true;
  }

  private boolean taskConfigField(short id, byte type) throws TException, CharacterCodingException {
    if (type != TType.STRUCT) {
      return false;
    }
    switch (id) {
      case 25 -> readStruct(this::executorConfigField);
      case 28 -> readStruct(this::jobKeyField);
      case 29 -> readStruct(this::containerField);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean executorConfigField(short id, byte type)
      throws TException, CharacterCodingException {
    if (id != 2 || type != TType.STRING) {
      return false;
    }
    configuration = Optional.of(readText());
    return true;
  }

  private boolean jobKeyField(short id, byte type) throws TException, CharacterCodingException {
    if (type != TType.STRING) {
      return false;
    }
    switch (id) {
      case 1 -> role = Optional.of(readText());
      case 2 -> environment = Optional.of(readText());
      case 3 -> jobName = Optional.of(readText());
      default -> {
        return false;
      }
    }
    return true;
  }

  // Of a union with both members set Docker counts, whichever comes first (as in the original).
  private boolean containerField(short id, byte type) throws TException, CharacterCodingException {
    if (id == 1 && type == TType.STRUCT) {
      readStruct(this::mesosContainerField);
      return true;
    }
    if (id == 2 && type == TType.STRUCT) {
      container = ContainerKind.DOCKER;
    }
    return false;
  }

  private boolean mesosContainerField(short id, byte type) {
    if (id == 1 && type == TType.STRUCT && container == ContainerKind.NONE) {
      container = ContainerKind.IMAGE;
    }
    return false;
  }

  private void readStruct(FieldReader fields) throws TException, CharacterCodingException {
    protocol.readStructBegin();
    for (TField field = protocol.readFieldBegin();
        field.type != TType.STOP;
        field = protocol.readFieldBegin()) {
      if (!fields.read(field.id, field.type)) {
        TProtocolUtil.skip(protocol, field.type, MAXIMUM_DEPTH);
      }
      protocol.readFieldEnd();
    }
    protocol.readStructEnd();
  }

  // Like other readers of thrift it takes the declared types of keys and values for granted.
  private Map<String, Integer> readPorts() throws TException, CharacterCodingException {
    TMap map = protocol.readMapBegin();
    Map<String, Integer> read = new LinkedHashMap<>();
    for (int i = 0; i < map.size; i++) {
      read.put(readText(), protocol.readI32());
    }
    protocol.readMapEnd();
    return read;
  }

  private String readText() throws TException, CharacterCodingException {
    return text(protocol.readBinary());
  }

  private static String text(ByteBuffer utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
  }
}

package org.thermos.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;

/**
 * The two forms of calls and events. In JSON the names of fields and enums are those of the v1 API;
 * the bytes of both protobuf families are the same.
 */
enum MediaType {
  JSON("application/json"),
  PROTOBUF("application/x-protobuf");

  private final String text;

  MediaType(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** As the agent compares: exactly, so a charset parameter makes it another type. */
  static Optional<MediaType> ofContentType(String header) {
    return Arrays.stream(values()).filter(type -> type.text.equals(header)).findFirst();
  }

  /** JSON wins where both are acceptable; no Accept header accepts everything. */
  static Optional<MediaType> accepted(Optional<String> accept) {
    return Arrays.stream(values())
        .filter(type -> accept.isEmpty() || type.isAcceptedBy(accept.get()))
        .findFirst();
  }

  private boolean isAcceptedBy(String accept) {
    for (String item : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = item.replace(" ", "").split(";", -1);
      boolean refused = Arrays.asList(parts).contains("q=0");
      if (!refused
          && (parts[0].equals(text)
              || parts[0].equals("*/*")
              || parts[0].equals("application/*"))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Decodes a request's body.
   *
   * @throws MalformedCallException with the agent's words for it
   */
  Call decode(ByteString body) throws MalformedCallException {
    if (this == PROTOBUF) {
      try {
        return Call.parseFrom(body);
      } catch (InvalidProtocolBufferException e) {
        throw new MalformedCallException("Failed to parse body into Call protobuf", e);
      }
    }
    var call = org.apache.mesos.v1.executor.Protos.Call.newBuilder();
    try {
      MessageJson.read(body, call);
    } catch (IOException e) {
      throw new MalformedCallException("Failed to parse body into JSON: " + e.getMessage(), e);
    }
    try {
      if (!call.isInitialized()) {
        throw new MalformedCallException(
            "Failed to convert JSON into Call protobuf: Missing required fields: "
                + call.getInitializationErrorString());
      }
      return Call.parseFrom(call.build().toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedCallException("Failed to convert JSON into Call protobuf", e);
    }
  }

  byte[] encode(Event event) {
    if (this == PROTOBUF) {
      return event.toByteArray();
    }
    try {
      return MessageJson.write(
          org.apache.mesos.v1.executor.Protos.Event.parseFrom(event.toByteString()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("Cannot express an event in the v1 API", e);
    }
  }
}

package org.thermos.agent;

import com.google.protobuf.ByteString;
import org.apache.mesos.executor.Protos.Call;
import org.thermos.fuzz.FuzzInput;
import org.thermos.fuzz.Require;

/** Any bytes as a call of an executor to the embedded agent, as JSON or protobuf. */
public final class CallFuzz {
  private CallFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzInput input = new FuzzInput(bytes);
    MediaType type = input.below(2) == 0 ? MediaType.JSON : MediaType.PROTOBUF;
    try {
      Call call = type.decode(ByteString.copyFrom(input.rest()));
      Require.equal(MediaType.PROTOBUF.decode(call.toByteString()), call, "it is itself again");
    } catch (MalformedCallException e) {
      Require.that(!e.getMessage().isBlank(), "a refusal says why");
    }
  }
}

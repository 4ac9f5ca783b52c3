package org.thermos.agent;

import java.util.Optional;
import java.util.Set;
import org.apache.mesos.executor.Protos.Call;
import org.thermos.agent.Reply.Answer;

/**
 * The v1 executor API as HTTP: finds out what a request asks for, in the order in which a real
 * agent refuses requests, and hands calls to the agent.
 */
final class ExecutorApi {
  /** The oldest line that is all this agent is: 1.3's texts, and streams that may be replaced. */
  private static final String VERSION = "1.4.3";

  private static final Set<String> PATHS =
      Set.of("/api/v1/executor", "/slave(1)/api/v1/executor", "/slave%281%29/api/v1/executor");

  /** The agent, as far as calls go. */
  interface Calls {
    AgentPhase phase();

    /**
     * Takes a well-formed call.
     *
     * @param arrived a reading of {@link System#nanoTime}
     */
    Reply handle(Call call, MediaType streamType, long arrived);
  }

  private final Calls agent;

  ExecutorApi(Calls agent) {
    this.agent = agent;
  }

  /** Called on the connection's thread. */
  Reply handle(HttpRequest request) {
    long arrived = System.nanoTime();
    AgentPhase phase = agent.phase();
    if (phase != AgentPhase.ROUTING && request.path().equals("/version")) {
      return Answer.json("{\"version\":\"" + VERSION + "\"}");
    }
    if (phase == AgentPhase.ROUTING || !PATHS.contains(request.path())) {
      return new Answer(404, "");
    }
    if (phase == AgentPhase.RECOVERING || phase == AgentPhase.STOPPED) {
      return Answer.RECOVERING;
    }
    if (!request.method().equals("POST")) {
      return new Answer(
          405, "Expecting one of { 'POST' }, but received '" + request.method() + "'");
    }
    Optional<String> contentType = request.header("content-type");
    if (contentType.isEmpty()) {
      return Answer.badRequest("Expecting 'Content-Type' to be present");
    }
    Optional<MediaType> mediaType = MediaType.ofContentType(contentType.get());
    if (mediaType.isEmpty()) {
      return new Answer(
          415, "Expecting 'Content-Type' of application/json or application/x-protobuf");
    }
    Call call;
    try {
      call = mediaType.get().decode(request.body());
    } catch (MalformedCallException e) {
      return Answer.badRequest(e.getMessage());
    }
    Optional<String> fault = CallValidation.fault(call);
    if (fault.isPresent()) {
      return Answer.badRequest("Failed to validate Executor::Call: " + fault.get());
    }
    Optional<MediaType> streamType = MediaType.accepted(request.header("accept"));
    if (call.getType() == Call.Type.SUBSCRIBE && streamType.isEmpty()) {
      return new Answer(
          406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
    }
    return agent.handle(call, streamType.orElse(MediaType.JSON), arrived);
  }
}

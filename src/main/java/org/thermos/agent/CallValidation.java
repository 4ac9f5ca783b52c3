package org.thermos.agent;

import java.util.Locale;
import java.util.Optional;
import org.apache.mesos.Protos.CheckInfo;
import org.apache.mesos.Protos.CheckStatusInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;

/** What makes a call wrong in itself, whatever the agent knows. */
final class CallValidation {
  static final int UUID_SIZE = 16;

  private CallValidation() {}

  /** Returns why the call is refused, in the agent's words. */
  static Optional<String> fault(Call call) {
    if (!call.hasType()) {
      return Optional.of("Expecting 'type' to be present");
    }
    if (!call.hasExecutorId()) {
      return Optional.of("Expecting 'executor_id' to be present");
    }
    if (!call.hasFrameworkId()) {
      return Optional.of("Expecting 'framework_id' to be present");
    }
    return switch (call.getType()) {
      case SUBSCRIBE -> expect(call.hasSubscribe(), "subscribe");
      case UPDATE -> expect(call.hasUpdate(), "update").or(() -> statusFault(call));
      case MESSAGE -> expect(call.hasMessage(), "message");
      case UNKNOWN, HEARTBEAT -> Optional.empty();
    };
  }

  private static Optional<String> statusFault(Call call) {
    TaskStatus status = call.getUpdate().getStatus();
    if (!status.hasUuid()) {
      return Optional.of("Expecting 'uuid' to be present");
    }
    if (status.getUuid().size() != UUID_SIZE) {
      return Optional.of(
          "Expecting 'uuid' of %d bytes, got %d".formatted(UUID_SIZE, status.getUuid().size()));
    }
    String executor = call.getExecutorId().getValue();
    if (status.hasExecutorId() && !status.getExecutorId().equals(call.getExecutorId())) {
      return Optional.of(
          "ExecutorID in Call: %s does not match ExecutorID in TaskStatus: %s"
              .formatted(executor, status.getExecutorId().getValue()));
    }
    String sender =
        "executor %s of framework %s".formatted(executor, call.getFrameworkId().getValue());
    if (status.getSource() != TaskStatus.Source.SOURCE_EXECUTOR) {
      return Optional.of(
          "Received Call from " + sender + " with invalid source, expecting 'SOURCE_EXECUTOR'");
    }
    if (status.getState() == TaskState.TASK_STAGING) {
      return Optional.of("Received TASK_STAGING from " + sender + " which is not allowed");
    }
    return status.hasCheckStatus() ? checkFault(status.getCheckStatus()) : Optional.empty();
  }

  private static Optional<String> checkFault(CheckStatusInfo check) {
    if (!check.hasType()) {
      return Optional.of("CheckStatusInfo must specify 'type'");
    }
    String type = check.getType().name();
    boolean present =
        switch (check.getType()) {
          case COMMAND -> check.hasCommand();
          case HTTP -> check.hasHttp();
          case TCP -> check.hasTcp();
          case UNKNOWN -> false;
        };
    if (check.getType() == CheckInfo.Type.UNKNOWN) {
      return Optional.of("'" + type + "' is not a valid check's status type");
    }
    String field = type.toLowerCase(Locale.ROOT);
    return present
        ? Optional.empty()
        : Optional.of("Expecting '%s' to be set for %s check's status".formatted(field, type));
  }

  private static Optional<String> expect(boolean present, String field) {
    return present ? Optional.empty() : Optional.of("Expecting '" + field + "' to be present");
  }
}

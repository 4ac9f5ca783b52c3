package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;

/**
 * An agent without sockets that dies, comes back, loses streams and loses answers as chance has it.
 */
final class SimulatedAgent {

  private enum State {
    DOWN,
    NOT_READY,
    RECOVERING,
    UP
  }

  private final String version;
  private final boolean mendedCrash;
  private final SplittableRandom random;

  /** What the scheduler would see: updates in the order of their first arrival. */
  final List<TaskState> forwarded = new ArrayList<>();

  private final Set<ByteString> known = new LinkedHashSet<>();
  private final List<Event> toSend = new ArrayList<>();
  private State state = State.UP;
  private long now;
  private long recovered;
  private boolean subscribed;
  private boolean streamOpen;
  private boolean launched;
  private boolean unharmed = true;
  private boolean faulty = true;

  SimulatedAgent(String version, boolean mendedCrash, SplittableRandom random) {
    this.version = version;
    this.mendedCrash = mendedCrash;
    this.random = random;
  }

  boolean isUnharmed() {
    return unharmed;
  }

  boolean hasStream() {
    return streamOpen;
  }

  /** From now on it lives and nothing is lost. */
  void behave() {
    faulty = false;
    while (state != State.UP) {
      turn();
    }
  }

  /** Dies, or gets on with its restart. */
  void turn() {
    switch (state) {
      case UP -> {
        state = State.DOWN;
        subscribed = false;
        streamOpen = false;
        toSend.clear();
      }
      case DOWN -> state = State.NOT_READY;
      case NOT_READY -> {
        state = State.RECOVERING;
        recovered = now + 2_000_000_000L;
      }
      case RECOVERING -> state = State.UP;
    }
  }

  /** Time passes, in nanoseconds; recovery does not take for ever. */
  void at(long time) {
    now = time;
    if (state == State.RECOVERING && now >= recovered) {
      state = State.UP;
    }
  }

  void dropStream() {
    streamOpen = false;
    toSend.clear();
  }

  /** The events of the stream since the last time. */
  List<Event> events() {
    List<Event> events = List.copyOf(toSend);
    toSend.clear();
    return events;
  }

  AgentAnswer version() {
    return switch (state) {
      case DOWN -> new AgentAnswer.NobodyListens("connection refused");
      case NOT_READY -> MachineDriver.answered(404);
      case RECOVERING, UP -> maybeLost(MachineDriver.version(version));
    };
  }

  AgentAnswer post(Call call) {
    AgentAnswer answer =
        switch (state) {
          case DOWN -> new AgentAnswer.NobodyListens("connection refused");
          case NOT_READY -> MachineDriver.answered(404);
          case RECOVERING -> MachineDriver.answered(503);
          case UP -> subscribed ? MachineDriver.answered(202) : MachineDriver.answered(403);
        };
    if (state == State.UP && subscribed && call.hasUpdate()) {
      take(call.getUpdate().getStatus());
    }
    return maybeLost(answer);
  }

  /** An answer if the stream does not open. */
  AgentAnswer subscribe(Call call) {
    if (state == State.DOWN) {
      return new AgentAnswer.NobodyListens("connection refused");
    }
    if (state == State.NOT_READY) {
      return MachineDriver.answered(404);
    }
    if (subscribed && launched && !mendedCrash && !isTerminal()) {
      unharmed = false;
    }
    subscribed = true;
    streamOpen = true;
    toSend.clear();
    toSend.add(MachineDriver.subscribedEvent());
    call.getSubscribe().getUnacknowledgedUpdatesList().forEach(update -> take(update.getStatus()));
    if (!launched) {
      launched = true;
      toSend.add(MachineDriver.launch("task"));
    }
    return MachineDriver.answered(200);
  }

  private boolean isTerminal() {
    return forwarded.contains(TaskState.TASK_FINISHED);
  }

  private void take(TaskStatus status) {
    if (known.add(status.getUuid())) {
      forwarded.add(status.getState());
    }
    if (streamOpen) {
      toSend.add(MachineDriver.acknowledged("task", status.getUuid()));
    }
  }

  private AgentAnswer maybeLost(AgentAnswer answer) {
    return faulty && random.nextInt(8) == 0 ? new AgentAnswer.Broken("lost") : answer;
  }
}

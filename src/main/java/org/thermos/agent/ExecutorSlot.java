package org.thermos.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.thermos.agent.Reply.Answer;

/** One executor: performs what its machine decides. Used on the agent's thread only. */
final class ExecutorSlot {
  private static final Logger LOG = LogManager.getLogger(ExecutorSlot.class);

  private final ExecutorID id;
  private final ExecutorMachine machine;
  private final LaunchedExecutor launched;
  private final AgentThread thread;
  private final Listener listener;
  private final Acknowledgements acknowledgements = new Acknowledgements(this::send);
  private final Map<Timer, Future<?>> timers = new HashMap<>();
  private Optional<Container> container = Optional.empty();
  private Optional<Subscription> subscription = Optional.empty();
  private OptionalInt heldExit = OptionalInt.empty();
  private boolean isBanned;

  ExecutorSlot(
      ExecutorID id,
      ExecutorMachine machine,
      LaunchedExecutor launched,
      AgentThread thread,
      Listener listener) {
    this.id = id;
    this.machine = machine;
    this.launched = launched;
    this.thread = thread;
    this.listener = listener;
  }

  ExecutorMachine machine() {
    return machine;
  }

  LaunchedExecutor launched() {
    return launched;
  }

  void contain(Container started) {
    container = Optional.of(started);
  }

  void endStream() {
    subscription.ifPresent(Subscription::end);
    subscription = Optional.empty();
  }

  void cutStream() {
    subscription.ifPresent(Subscription::cut);
    subscription = Optional.empty();
  }

  /** Whether nothing it says is heard. */
  boolean isBanned() {
    return isBanned;
  }

  void ban() {
    isBanned = true;
  }

  void acknowledge(Acknowledging how) {
    acknowledgements.change(how);
  }

  /** The agent is away: timers and streams die with it. */
  void suspend() {
    timers.values().forEach(timer -> timer.cancel(false));
    timers.clear();
    cutStream();
  }

  /** Keeps the end of an executor for when the agent is back. */
  void holdExit(int waitStatus) {
    heldExit = OptionalInt.of(waitStatus);
  }

  /** The agent sees what became of the executor while it was away. */
  void reap() {
    if (heldExit.isPresent()) {
      perform(machine.exited(heldExit.getAsInt()));
      heldExit = OptionalInt.empty();
    }
  }

  void perform(List<Effect> effects) {
    effects.forEach(this::perform);
  }

  /** Takes a call the agent has admitted. */
  Reply handle(Call call, MediaType streamType, AgentPhase phase, Wire wire) {
    switch (call.getType()) {
      case SUBSCRIBE -> {
        Subscription opened = new Subscription(streamType, wire);
        endStream();
        subscription = Optional.of(opened);
        perform(machine.subscribed(call.getSubscribe(), phase));
        return new Reply.Stream(opened);
      }
      case UPDATE -> {
        TaskStatus status = call.getUpdate().getStatus();
        if (!machine.hasRoomFor(status)) {
          return Answer.unavailable("Too many unacknowledged updates");
        }
        perform(machine.updated(status));
      }
      case MESSAGE -> perform(machine.messageFromExecutor(call.getMessage().getData()));
      case HEARTBEAT -> LOG.debug("Heartbeat of executor {}", id.getValue());
      case UNKNOWN -> {
        return new Answer(501, "");
      }
    }
    return Answer.ACCEPTED;
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Send send && send.event().getType() == Event.Type.ACKNOWLEDGED) {
      acknowledgements.send(send.event());
    } else if (effect instanceof Effect.Send send) {
      send(send.event());
    } else if (effect instanceof Effect.CloseStream) {
      endStream();
    } else if (effect instanceof Effect.Deliver deliver) {
      deliver(deliver.status(), deliver.attempt());
    } else if (effect instanceof Effect.DeliverMessage message) {
      tell(() -> listener.messageReceived(id, message.data().toByteArray()));
    } else if (effect instanceof Effect.ReportSubscribed) {
      tell(() -> listener.executorSubscribed(id));
    } else if (effect instanceof Effect.ReportEnd end) {
      tell(() -> listener.executorEnded(id, end.waitStatus()));
    } else if (effect instanceof Effect.StartTimer start) {
      start(start);
    } else if (effect instanceof Effect.CancelTimer cancel) {
      Optional.ofNullable(timers.remove(cancel.timer())).ifPresent(timer -> timer.cancel(false));
    } else if (effect instanceof Effect.DestroyContainer) {
      LOG.info("Killing executor {}", id.getValue());
      container.ifPresent(Container::destroy);
    }
  }

  /** Lost when it is not connected. */
  void send(Event event) {
    boolean sent = subscription.filter(stream -> stream.send(event)).isPresent();
    if (!sent) {
      LOG.info("Executor {} is not connected: lost {}", id.getValue(), event.getType());
    }
  }

  private void deliver(TaskStatus status, int attempt) {
    Runnable acknowledgement =
        () ->
            thread.post(
                () ->
                    perform(machine.acknowledged(status.getTaskId().getValue(), status.getUuid())));
    tell(() -> listener.updated(new StatusUpdate(status, attempt, acknowledgement)));
  }

  private void start(Effect.StartTimer start) {
    Future<?> timer =
        thread.schedule(() -> perform(machine.timedOut(start.timer())), start.after());
    Optional.ofNullable(timers.put(start.timer(), timer)).ifPresent(old -> old.cancel(false));
  }

  /** Not at once: the listener may call the agent, and the agent is busy. */
  private void tell(Runnable call) {
    thread.post(call);
  }
}

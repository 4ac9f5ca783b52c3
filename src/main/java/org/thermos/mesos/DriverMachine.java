package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Call.Update;
import org.apache.mesos.executor.Protos.Event;
import org.thermos.mesos.AgentAnswer.Answered;
import org.thermos.mesos.AgentLink.Step;
import org.thermos.mesos.MesosEnvironment.Recovery;

/**
 * Decides what the driver does: each method is an event, and {@link #effects} is what it asks for.
 * It touches nothing outside itself; one thread owns it. How the subscription is won back after a
 * disconnection is {@link AgentLink}'s matter.
 */
final class DriverMachine {

  private enum Life {
    RUNNING,
    /** Given up on the agent; waiting for the executor to stop. */
    ABANDONED,
    /** Told to stop; waiting for acknowledgements. */
    STOPPING,
    FINISHED
  }

  private final MesosEnvironment environment;
  private final DriverTimings timings;
  private final boolean launchesGroups;
  private final CallFactory calls;
  private final Backoff callBackoff;
  private final AgentLink link;
  private final DriverCounters counters = new DriverCounters();
  private final Outbox outbox = new Outbox(counters);

  /** Those of whose updates none is acknowledged: a restarted agent would lose them. */
  private final Map<TaskID, TaskInfo> unacknowledgedTasks = new LinkedHashMap<>();

  private final EffectList effects = new EffectList();

  private Life life = Life.RUNNING;
  private boolean registered;
  private boolean retryingCall;
  private boolean toldToShutDown;
  private List<Update> updatesInSubscribe = List.of();

  /**
   * @param launchesGroups whether the executor takes task groups
   * @param uuids a new 16-byte uuid each time
   * @param clock for the timestamps of updates
   */
  DriverMachine(
      MesosEnvironment environment,
      DriverTimings timings,
      boolean launchesGroups,
      Supplier<ByteString> uuids,
      Clock clock,
      RandomGenerator random) {
    this.environment = environment;
    this.timings = timings;
    this.launchesGroups = launchesGroups;
    this.calls = new CallFactory(environment, uuids, clock);
    this.callBackoff = new Backoff(DriverTimings.RETRY, random);
    this.link = new AgentLink(new Backoff(timings.reconnection(), random));
  }

  /** What is to be done now, in this order; each is handed out once. */
  List<Effect> effects() {
    return effects.take();
  }

  /** Any thread. */
  DriverStatistics statistics() {
    return counters.snapshot();
  }

  // What the executor asks for.

  void started() {
    effects.setTimer(
        Timer.RECOVERY, timings.recovery().map(Recovery::timeout).orElse(timings.registration()));
    follow(link.start());
  }

  void updateRequested(TaskStatus status) {
    if (status.getState() == TaskState.TASK_STAGING) {
      deliver(
          new Callback.Failure(
              "Cannot send TASK_STAGING, which only the agent may: send TASK_STARTING instead."));
      finish(Status.DRIVER_ABORTED);
      return;
    }
    outbox.add(calls.update(status));
    postNext();
  }

  void messageRequested(ByteString data) {
    outbox.add(calls.message(data));
    postNext();
  }

  /** No callbacks from now on; finishes when everything is acknowledged or has been waited for. */
  void stopRequested() {
    if (life == Life.STOPPING) {
      return;
    }
    if (life == Life.ABANDONED || !registered || isFlushed()) {
      finish(Status.DRIVER_STOPPED);
      return;
    }
    life = Life.STOPPING;
    Duration limit = timings.acknowledgements();
    effects.setTimer(
        Timer.STOP, timings.recovery().map(r -> r.timeout().plus(limit)).orElse(limit));
    waitForAcknowledgements();
  }

  void abortRequested() {
    finish(Status.DRIVER_ABORTED);
  }

  // What the agent says.

  void received(Event event) {
    if (isWithoutAgent()) {
      return;
    }
    if (!Events.isComplete(event)) {
      effects.log("Ignored an event of type " + event.getType() + " without its content.");
      return;
    }
    switch (event.getType()) {
      case SUBSCRIBED -> subscribed(event.getSubscribed());
      case LAUNCH -> launch(event.getLaunch().getTask());
      case LAUNCH_GROUP -> launchGroup(event.getLaunchGroup());
      case KILL -> deliver(Events.kill(event.getKill()));
      case ACKNOWLEDGED -> acknowledged(event.getAcknowledged().getUuid());
      case MESSAGE -> deliver(new Callback.Message(event.getMessage().getData()));
      case ERROR -> deliver(new Callback.Failure(event.getError().getMessage()));
      case SHUTDOWN -> shutDown(timings.shutdown());
      case HEARTBEAT, UNKNOWN -> {
        // The first says only that the agent lives; the second is newer than this driver.
      }
    }
  }

  /** The event stream could not be opened or has ended, or the held connection of a probe has. */
  void streamEnded(AgentAnswer why) {
    if (isWithoutAgent()) {
      return;
    }
    if (link.takesCalls()) {
      timings
          .recovery()
          .ifPresent(recovery -> effects.setTimer(Timer.RECOVERY, recovery.timeout()));
      effects.clearTimer(Timer.ACKNOWLEDGEMENTS);
    }
    if (link.hasStream()) {
      deliver(new Callback.Disconnected());
    } else {
      effects.setTimer(Timer.SETTLED, timings.settling());
    }
    effects.trouble(
        "No event stream from the agent at " + environment.endpoint() + ": " + why + ".");
    Step step = link.streamEnded(why);
    if (step == Step.GIVE_UP) {
      deliver(new Callback.Failure("Cannot subscribe: the agent answered " + why + "."));
      abandon("the agent refused the subscription");
    } else if (registered && timings.recovery().isEmpty()) {
      abandon("the agent is gone, and this framework does not checkpoint");
    } else {
      follow(step);
    }
  }

  void versionAnswered(AgentAnswer answer) {
    if (!isWithoutAgent()) {
      follow(link.versionAnswered(answer));
    }
  }

  void probeAnswered(AgentAnswer answer) {
    if (!isWithoutAgent()) {
      follow(link.probeAnswered(answer));
    }
  }

  void callAnswered(AgentAnswer answer) {
    if (answer instanceof Answered answered && answered.status() / 100 == 2) {
      outbox.accepted();
      callBackoff.reset();
    } else if (answer instanceof Answered answered && AgentLink.isBadCall(answered)) {
      String type = outbox.refused().map(call -> call.getType().toString()).orElse("unknown");
      String failure = "Dropped a call of type " + type + ": the agent answered " + answer + ".";
      effects.log(failure);
      deliver(new Callback.Failure(failure));
    } else {
      effects.trouble(
          "Cannot post a call to the agent at " + environment.endpoint() + ": " + answer + ".");
      outbox.failed();
      retryingCall = true;
      effects.setTimer(Timer.RETRY_CALL, callBackoff.next());
    }
    takeUpCalls();
  }

  // Time.

  void timerFired(Timer timer) {
    switch (timer) {
      case RECONNECT ->
          // Agents that serve a unix domain socket are all newer than the flaw.
          follow(link.retry(environment.endpoint() instanceof AgentEndpoint.Unix));
      case SETTLED -> {
        link.settled();
        effects.troubleIsOver();
      }
      case RECOVERY -> abandon("the agent was out of reach for too long");
      case RETRY_CALL -> {
        retryingCall = false;
        postNext();
      }
      case ACKNOWLEDGEMENTS, STOP -> {
        int count = outbox.unacknowledged().size();
        effects.log(
            "Stopping with " + count + " status updates that the agent has not acknowledged.");
        finish(Status.DRIVER_STOPPED);
      }
      case SHUTDOWN -> {
        effects.log(
            "Stopping: the executor was told to shut down and has not stopped the driver in time.");
        finish(Status.DRIVER_STOPPED);
      }
    }
  }

  // Events in detail.

  private void subscribed(Event.Subscribed subscribed) {
    if (subscribed.getSlaveInfo().hasId()) {
      calls.agentId(subscribed.getSlaveInfo().getId());
    }
    link.subscribed();
    effects.setTimer(Timer.SETTLED, timings.settling());
    effects.clearTimer(Timer.RECOVERY);
    outbox.delivered(updatesInSubscribe);
    counters.reconnects.addAndGet(registered ? 1 : 0);
    deliver(
        registered
            ? new Callback.Reregistered(subscribed.getSlaveInfo())
            : new Callback.Registered(
                subscribed.getExecutorInfo(),
                subscribed.getFrameworkInfo(),
                subscribed.getSlaveInfo()));
    registered = true;
    takeUpCalls();
  }

  private void launch(TaskInfo task) {
    unacknowledgedTasks.put(task.getTaskId(), task);
    deliver(new Callback.Launch(task));
  }

  private void launchGroup(Event.LaunchGroup launch) {
    launch
        .getTaskGroup()
        .getTasksList()
        .forEach(task -> unacknowledgedTasks.put(task.getTaskId(), task));
    if (launchesGroups) {
      deliver(new Callback.LaunchGroup(launch.getTaskGroup()));
      return;
    }
    launch.getTaskGroup().getTasksList().forEach(task -> updateRequested(Events.refusal(task)));
  }

  private void acknowledged(ByteString uuid) {
    // Acknowledgements may come twice, or late.
    outbox
        .acknowledged(uuid)
        .ifPresent(update -> unacknowledgedTasks.remove(update.getStatus().getTaskId()));
    finishIfFlushed();
  }

  /** Tells the executor, once, and does not wait for it for ever. */
  private void shutDown(Duration limit) {
    if (!toldToShutDown) {
      toldToShutDown = true;
      deliver(new Callback.Shutdown());
      effects.setTimer(Timer.SHUTDOWN, limit);
    }
  }

  /** There is no agent any more: the executor is on its own, and nothing will be acknowledged. */
  private void abandon(String why) {
    effects.log("Shutting down: " + why + ".");
    if (life == Life.STOPPING) {
      finish(Status.DRIVER_STOPPED);
      return;
    }
    life = Life.ABANDONED;
    effects.clearTimer(Timer.RECONNECT);
    effects.clearTimer(Timer.RECOVERY);
    shutDown(timings.abandonedShutdown());
  }

  // The way back to the agent.

  private void follow(Step step) {
    switch (step) {
      case SUBSCRIBE -> {
        updatesInSubscribe = outbox.unacknowledged();
        effects.clearTimer(Timer.SETTLED);
        effects.add(
            new Effect.Subscribe(
                calls.subscribe(unacknowledgedTasks.values(), updatesInSubscribe)));
      }
      case ASK_VERSION -> effects.add(new Effect.AskVersion());
      case PROBE -> effects.add(new Effect.Probe(calls.message(ByteString.EMPTY)));
      case WAIT -> effects.setTimer(Timer.RECONNECT, link.delay());
      case GO_ON_WITHOUT_STREAM -> {
        effects.log(
            "The agent (version "
                + link.version().map(AgentVersion::toString).orElse("unknown")
                + ") has not restarted and might crash if subscribed to again: going on without its"
                + " events until it restarts. Updates get through; kills do not.");
        effects.clearTimer(Timer.RECOVERY);
        takeUpCalls();
      }
      case GIVE_UP, NOTHING -> {
        // The first is dealt with where it can come from.
      }
    }
  }

  private void takeUpCalls() {
    postNext();
    waitForAcknowledgements();
    finishIfFlushed();
  }

  // Posting.

  private void postNext() {
    if (link.takesCalls() && !retryingCall && !isWithoutAgent()) {
      Optional<Call> call = outbox.post();
      call.ifPresent(posted -> effects.add(new Effect.Post(posted)));
    }
  }

  /** Without the stream nothing is acknowledged, and what was accepted is all that can be known. */
  private boolean isFlushed() {
    return outbox.isPosted()
        && (outbox.unacknowledged().isEmpty() || (link.takesCalls() && !link.hasStream()));
  }

  // Ending.

  private boolean isWithoutAgent() {
    return life == Life.ABANDONED || life == Life.FINISHED;
  }

  private void waitForAcknowledgements() {
    if (life == Life.STOPPING && link.takesCalls()) {
      effects.setTimer(Timer.ACKNOWLEDGEMENTS, timings.acknowledgements());
    }
  }

  private void finishIfFlushed() {
    if (life == Life.STOPPING && isFlushed()) {
      finish(Status.DRIVER_STOPPED);
    }
  }

  private void finish(Status status) {
    if (life != Life.FINISHED) {
      life = Life.FINISHED;
      effects.add(new Effect.Finish(status));
    }
  }

  private void deliver(Callback callback) {
    if (life == Life.RUNNING || life == Life.ABANDONED) {
      effects.add(new Effect.Deliver(callback));
    }
  }
}

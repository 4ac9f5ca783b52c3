package org.thermos.mesos;

import java.time.Duration;
import java.util.Optional;
import org.thermos.mesos.AgentAnswer.Answered;
import org.thermos.mesos.AgentAnswer.NobodyListens;

/**
 * Where the executor stands with its agent, and the next step towards a subscription.
 *
 * <p>Re-subscribing needs care. A restarted agent waits only for {@code
 * MESOS_SUBSCRIPTION_BACKOFF_MAX} for its executors, so an agent that is gone is tried often. But
 * an agent that did <em>not</em> restart and only lost the stream crashes in some releases if it
 * sees a second subscription while a task runs. So unless the agent has evidently restarted (nobody
 * listened, 404, 503), it is first asked for its version, and an old or nameless one is probed with
 * an empty message: 503 means it has restarted, 202 that it has not. Then the driver goes on
 * without the stream (updates still arrive, though nothing acknowledges them) and holds the
 * connection of the probe, whose end tells of the restart.
 */
final class AgentLink {

  /** What to do next. */
  enum Step {
    SUBSCRIBE,
    ASK_VERSION,
    PROBE,
    /** Wait for {@link #delay} and come back to {@link #retry}. */
    WAIT,
    GO_ON_WITHOUT_STREAM,
    /** The agent does not take this executor. */
    GIVE_UP,
    /** The event has been overtaken by others. */
    NOTHING
  }

  private enum State {
    SUBSCRIBING,
    SUBSCRIBED,
    WAITING,
    ASKING_VERSION,
    PROBING,
    STREAMLESS
  }

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

  private final Backoff backoff;
  private State state = State.WAITING;
  private boolean agentRestarted;

  /** An agent that is recovering answers 503 even to an executor that has subscribed meanwhile. */
  private boolean subscribedRecently;

  private Optional<AgentVersion> version = Optional.empty();

  AgentLink(Backoff backoff) {
    this.backoff = backoff;
  }

  /** Subscribed, and its events arrive. */
  boolean hasStream() {
    return state == State.SUBSCRIBED;
  }

  /** Whether the agent takes updates and messages from this executor. */
  boolean takesCalls() {
    return state == State.SUBSCRIBED || state == State.STREAMLESS;
  }

  /** The version the agent last told, if it did. */
  Optional<AgentVersion> version() {
    return version;
  }

  /** How long to wait now. */
  Duration delay() {
    return backoff.next();
  }

  Step start() {
    return subscribe();
  }

  void subscribed() {
    state = State.SUBSCRIBED;
  }

  /**
   * The last subscription is longer ago than an agent takes to recover. The next tries may come
   * quickly again.
   */
  void settled() {
    subscribedRecently = false;
    backoff.reset();
  }

  /** The stream could not be opened or has ended, or the held connection of a probe has. */
  Step streamEnded(AgentAnswer why) {
    return why instanceof Answered answer && isRefusal(answer) ? Step.GIVE_UP : wait(why);
  }

  /**
   * The wait is over.
   *
   * @param harmless whether no agent could crash at a second subscription
   */
  Step retry(boolean harmless) {
    return agentRestarted || harmless ? subscribe() : to(State.ASKING_VERSION, Step.ASK_VERSION);
  }

  Step versionAnswered(AgentAnswer answer) {
    if (state != State.ASKING_VERSION) {
      return Step.NOTHING;
    }
    if (!(answer instanceof Answered answered)) {
      return wait(answer);
    }
    version = answered.status() == OK ? AgentVersion.parse(answered.text()) : Optional.empty();
    return version.map(AgentVersion::survivesSecondSubscription).orElse(false)
        ? subscribe()
        : to(State.PROBING, Step.PROBE);
  }

  Step probeAnswered(AgentAnswer answer) {
    if (state != State.PROBING) {
      return Step.NOTHING;
    }
    if (!(answer instanceof Answered answered)) {
      return wait(answer);
    }
    if (answered.status() == UNAVAILABLE && subscribedRecently) {
      return to(State.WAITING, Step.WAIT);
    }
    if (answered.status() == NOT_FOUND || answered.status() >= 500) {
      return wait(answer);
    }
    // Any other answer than 202: it does not know this executor as subscribed, so it cannot crash.
    return answered.status() == ACCEPTED
        ? to(State.STREAMLESS, Step.GO_ON_WITHOUT_STREAM)
        : subscribe();
  }

  /** An answer that repeating the request will not change. */
  static boolean isRefusal(Answered answer) {
    return answer.status() < 500 && answer.status() != NOT_FOUND;
  }

  /**
   * Wrong whenever it is posted; unlike one that comes too early, or with a token yet to be valid.
   */
  static boolean isBadCall(Answered answer) {
    return isRefusal(answer) && answer.status() != 401 && answer.status() != 403;
  }

  private Step subscribe() {
    // It may arrive even if its answer does not: from then on the agent knows of a subscription.
    agentRestarted = false;
    subscribedRecently = true;
    return to(State.SUBSCRIBING, Step.SUBSCRIBE);
  }

  private Step wait(AgentAnswer why) {
    agentRestarted |= isRestart(why);
    return to(State.WAITING, Step.WAIT);
  }

  private static boolean isRestart(AgentAnswer answer) {
    return answer instanceof NobodyListens
        || (answer instanceof Answered answered
            && (answered.status() == NOT_FOUND || answered.status() == UNAVAILABLE));
  }

  private Step to(State next, Step step) {
    state = next;
    return step;
  }
}

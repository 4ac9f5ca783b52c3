package org.thermos.mesos;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskStatus;

/**
 * Drives an executor over the agent's HTTP API, without libmesos.
 *
 * <p>Differences to {@link org.apache.mesos.MesosExecutorDriver}, on purpose: {@link #stop} lets
 * updates reach the agent first, and {@link #join} waits for that; updates sent while the agent is
 * away are kept and delivered when it is back; after a shutdown the driver only ends itself (so
 * that {@code join} returns) and kills nobody. The executor may also be {@link KillPolicyAware} or
 * a {@link TaskGroupLauncher}.
 *
 * <p>Callbacks come one at a time, in order, on a thread of their own, and never after {@link
 * #stop} or {@link #abort}. Every method may be called from any thread, callbacks included.
 */
public final class HttpExecutorDriver implements ExecutorDriver {

  private final Executor executor;
  private final Consumer<String> log;
  private final DriverMachine machine;
  private final DriverLoop loop;
  private final AgentClient stream;
  private final AgentClient calls;
  private final Worker streamWorker = new Worker("mesos-events");
  private final Worker callWorker = new Worker("mesos-calls");
  private final Worker callbackWorker = new Worker("mesos-callbacks");
  private final CountDownLatch finished = new CountDownLatch(1);

  private Status status = Status.DRIVER_NOT_STARTED;

  /**
   * @param log takes lines for the operator; called from several threads
   * @throws EnvironmentException if the certificates or keys for TLS cannot be used
   */
  public HttpExecutorDriver(Executor executor, MesosEnvironment environment, Consumer<String> log)
      throws EnvironmentException {
    this(executor, environment, DriverTimings.of(environment), log);
  }

  /** With other waiting times than those that suit a real agent. */
  public HttpExecutorDriver(
      Executor executor, MesosEnvironment environment, DriverTimings timings, Consumer<String> log)
      throws EnvironmentException {
    this.executor = requireNonNull(executor, "executor is null");
    this.log = requireNonNull(log, "log is null");
    Optional<TlsSockets> tls =
        environment.tls().isPresent() && environment.endpoint() instanceof AgentEndpoint.Tcp
            ? Optional.of(TlsSockets.of(environment.tls().get()))
            : Optional.empty();
    AgentConnector connector = new AgentConnector(environment.endpoint(), tls, timings.exchange());
    this.machine =
        new DriverMachine(
            environment,
            timings,
            executor instanceof TaskGroupLauncher,
            HttpExecutorDriver::randomUuid,
            Clock.systemUTC(),
            new SplittableRandom());
    this.loop = new DriverLoop(machine, new DriverHands(), log, System::nanoTime);
    this.stream = new AgentClient(connector, environment, timings.exchange(), loop::post, log);
    this.calls = new AgentClient(connector, environment, timings.exchange(), loop::post, log);
  }

  @Override
  public synchronized Status start() {
    if (status == Status.DRIVER_NOT_STARTED) {
      status = Status.DRIVER_RUNNING;
      loop.post(DriverMachine::started);
      Thread thread = new Thread(loop, "mesos-driver");
      thread.setDaemon(true);
      thread.start();
    }
    return status;
  }

  /** Ends the driver once the agent has what it was sent; returns at once, {@link #join} waits. */
  @Override
  public synchronized Status stop() {
    if (status == Status.DRIVER_ABORTED) {
      status = Status.DRIVER_STOPPED;
      return Status.DRIVER_ABORTED;
    }
    if (status == Status.DRIVER_RUNNING) {
      status = Status.DRIVER_STOPPED;
      loop.post(DriverMachine::stopRequested);
    }
    return status;
  }

  /** Ends the driver at once; what has not reached the agent never will. */
  @Override
  public synchronized Status abort() {
    if (status == Status.DRIVER_RUNNING) {
      status = Status.DRIVER_ABORTED;
      loop.post(DriverMachine::abortRequested);
    }
    return status;
  }

  /** Waits for the driver's end. An interrupt is kept, and ends the waiting. */
  @Override
  public Status join() {
    if (status() == Status.DRIVER_NOT_STARTED) {
      return Status.DRIVER_NOT_STARTED;
    }
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return status();
  }

  /** Waits for the driver's end, but not for longer than {@code limit}; whether it has ended. */
  public boolean join(Duration limit) throws InterruptedException {
    return finished.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public Status run() {
    Status started = start();
    return started == Status.DRIVER_RUNNING ? join() : started;
  }

  /**
   * Sends an update to the agent, again and again until it is acknowledged. Source, uuid and the
   * ids of executor and agent are filled in, and the timestamp if there is none.
   */
  @Override
  public synchronized Status sendStatusUpdate(TaskStatus update) {
    if (status == Status.DRIVER_RUNNING) {
      loop.post(owned -> owned.updateRequested(update));
    }
    return status;
  }

  /** Sends a message to the scheduler, once, if the agent takes it. */
  @Override
  public synchronized Status sendFrameworkMessage(byte[] data) {
    if (status == Status.DRIVER_RUNNING) {
      ByteString message = ByteString.copyFrom(data);
      loop.post(owned -> owned.messageRequested(message));
    }
    return status;
  }

  /** What it has done until now, for metrics. */
  public DriverStatistics statistics() {
    return machine.statistics();
  }

  private synchronized Status status() {
    return status;
  }

  private static ByteString randomUuid() {
    UUID uuid = UUID.randomUUID();
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .flip());
  }

  private void call(Callback callback) {
    // After the end there is only the reason for it left to tell.
    if (status() != Status.DRIVER_RUNNING && !(callback instanceof Callback.Failure)) {
      return;
    }
    try {
      callback.deliver(executor, this);
    } catch (RuntimeException | Error e) {
      log.accept("Aborting: the executor failed in a callback: " + StackTraces.text(e));
      abort();
    }
  }

  private final class DriverHands implements DriverLoop.Hands {
    @Override
    public void perform(Effect effect) {
      if (effect instanceof Effect.Deliver deliver) {
        callbackWorker.perform(() -> call(deliver.callback()));
      } else if (effect instanceof Effect.Post post) {
        callWorker.perform(() -> calls.post(post.call()));
      } else if (effect instanceof Effect.Subscribe subscribe) {
        streamWorker.perform(() -> stream.subscribe(subscribe.call()));
      } else if (effect instanceof Effect.Probe probe) {
        streamWorker.perform(() -> stream.probe(probe.call()));
      } else if (effect instanceof Effect.AskVersion) {
        streamWorker.perform(stream::askVersion);
      } else {
        throw new IllegalStateException("Cannot perform " + effect + ": nobody does");
      }
    }

    @Override
    public void finish(Status end) {
      synchronized (HttpExecutorDriver.this) {
        if (status == Status.DRIVER_RUNNING) {
          status = end;
        }
      }
      stream.close();
      calls.close();
      streamWorker.endNow();
      callWorker.endNow();
      callbackWorker.endAfterJobs();
      finished.countDown();
    }
  }
}

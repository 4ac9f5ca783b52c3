package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.KillPolicy;
import org.apache.mesos.Protos.TaskGroupInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;

/**
 * A Mesos agent for one framework on this machine, without master and without isolation: runs
 * executors and speaks the v1 executor API with them. Thread-safe; every method may also be called
 * by the listener.
 */
public final class EmbeddedAgent implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(EmbeddedAgent.class);
  private static final int CLOSE_PATIENCE_SECONDS = 10;

  private final AgentSettings settings;
  private final AgentThread thread = new AgentThread();
  private final Agent agent;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedAgent(AgentSettings settings, Listener listener, Launcher launcher)
      throws IOException {
    this.settings = settings;
    this.agent = new Agent(settings, listener, launcher, thread);
  }

  /**
   * Starts an agent that runs executors as child processes.
   *
   * @throws IOException when it cannot listen
   */
  public static EmbeddedAgent start(AgentSettings settings, Listener listener) throws IOException {
    return start(settings, listener, new PosixLauncher());
  }

  /** Starts an agent with another way to run executors. */
  public static EmbeddedAgent start(AgentSettings settings, Listener listener, Launcher launcher)
      throws IOException {
    return new EmbeddedAgent(settings, listener, launcher);
  }

  /** Where it serves the API; stays the same over restarts. */
  public InetSocketAddress endpoint() {
    return agent.address();
  }

  /** From now on this one sees all that is said to and by executors that subscribe. */
  public void watch(Wire wire) {
    run(
        () -> {
          agent.watch(wire);
          return null;
        });
  }

  /** Bad days, for tests. */
  public Interference interfere() {
    return new Interference(
        new Interference.Slots() {
          @Override
          public void onSlot(ExecutorID executor, Consumer<ExecutorSlot> work) {
            EmbeddedAgent.this.onSlot(executor, work);
          }

          @Override
          public LaunchedExecutor standBy(ExecutorInfo executor) {
            ExecutorInfo owned = owned(executor);
            return thread.call(() -> agent.standBy(owned));
          }
        });
  }

  /**
   * Hands a task to an executor, starting it if there is none of that id. What comes of it, also a
   * failure to start, the listener learns. Framework and agent ids are filled in; nothing else of
   * the task is looked at, which is a master's business.
   *
   * @throws IllegalArgumentException when an id is unfit, or the task is already there
   * @throws IllegalStateException when the agent is not running, or full
   */
  public LaunchedExecutor launch(ExecutorInfo executor, TaskInfo task) {
    ExecutorInfo owned = owned(executor);
    TaskInfo assigned = assigned(task, owned);
    return thread.call(() -> agent.launch(owned, assigned));
  }

  /** The same for tasks that are to be launched together, or not at all. */
  public LaunchedExecutor launch(ExecutorInfo executor, TaskGroupInfo group) {
    ExecutorInfo owned = owned(executor);
    TaskGroupInfo.Builder assigned = TaskGroupInfo.newBuilder();
    group.getTasksList().forEach(task -> assigned.addTasks(assigned(task, owned)));
    return thread.call(() -> agent.launch(owned, assigned.build()));
  }

  private ExecutorInfo owned(ExecutorInfo executor) {
    Identifiers.check("executor id", executor.getExecutorId().getValue());
    return executor.toBuilder().setFrameworkId(settings.framework().getId()).build();
  }

  private TaskInfo assigned(TaskInfo task, ExecutorInfo executor) {
    Identifiers.check("task id", task.getTaskId().getValue());
    return task.toBuilder().setSlaveId(settings.agentId()).setExecutor(executor).build();
  }

  /** Asks the executor to kill a task; nothing happens when the task is over or unknown. */
  public void kill(TaskID task) {
    kill(task, Optional.empty());
  }

  /** The same, with a policy that overrides the task's own. */
  public void kill(TaskID task, KillPolicy policy) {
    kill(task, Optional.of(policy));
  }

  /** Tells an executor to end; kills what is left of it when its grace period is over. */
  public void shutdown(ExecutorID executor) {
    onSlot(executor, slot -> slot.perform(slot.machine().shutdown()));
  }

  /** Sends a message to an executor; lost if it is not connected. */
  public void send(ExecutorID executor, byte[] data) {
    ByteString bytes = ByteString.copyFrom(data);
    onSlot(executor, slot -> slot.perform(slot.machine().messageToExecutor(bytes)));
  }

  /**
   * For tests: breaks an executor's stream, as a network would. To the agent it stays subscribed.
   */
  public void cutStream(ExecutorID executor) {
    onSlot(executor, ExecutorSlot::cutStream);
  }

  /** For tests: ends an executor's stream properly, as when a newer one takes its place. */
  public void endStream(ExecutorID executor) {
    onSlot(executor, ExecutorSlot::endStream);
  }

  /**
   * The agent crashes: connections break, its port is closed, executors go on. With checkpointing
   * it will remember executors, tasks and updates. Without, the master tells the scheduler that the
   * tasks are lost.
   */
  public void stop() {
    run(
        () -> {
          agent.stop();
          return null;
        });
  }

  /**
   * Comes back after {@link #stop}: listens when this returns, answers 404, then 503, then lets
   * executors subscribe again, and kills those that do not in time. Without checkpointing it knows
   * none of them any more.
   *
   * @throws IOException when the port stays taken for ten seconds
   */
  public void restart() throws IOException {
    Optional<IOException> fault =
        thread.call(
            () -> {
              try {
                agent.restart();
                return Optional.empty();
              } catch (IOException e) {
                return Optional.of(e);
              }
            });
    if (fault.isPresent()) {
      throw fault.get();
    }
  }

  /**
   * The agent leaves for good, as on SIGUSR1: executors are told to shut down and the master
   * reports their tasks as lost.
   */
  public void retire() {
    run(
        () -> {
          agent.retire();
          return null;
        });
  }

  /** Kills all it has started and frees everything. The listener hears nothing of it. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    List<Container> started = thread.call(agent::close);
    thread.close();
    started.forEach(Container::destroy);
    started.forEach(EmbeddedAgent::awaitExit);
  }

  private void kill(TaskID task, Optional<KillPolicy> policy) {
    run(
        () -> {
          agent
              .slotOf(task.getValue())
              .ifPresentOrElse(
                  slot -> slot.perform(slot.machine().kill(task, policy)),
                  () -> LOG.info("Ignored the kill of task {}: not running", task.getValue()));
          return null;
        });
  }

  private void onSlot(ExecutorID executor, Consumer<ExecutorSlot> work) {
    run(
        () -> {
          agent
              .slot(executor)
              .ifPresentOrElse(
                  work, () -> LOG.info("There is no executor {}", executor.getValue()));
          return null;
        });
  }

  private void run(Callable<Void> work) {
    thread.call(work);
  }

  private static void awaitExit(Container container) {
    try {
      container.exit().get(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("Cannot tell whether an executor has ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

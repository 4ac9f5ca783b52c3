package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;

/** A state machine without a world: tests put in events and look at the effects. */
final class MachineDriver {

  static final AgentEndpoint ENDPOINT = new AgentEndpoint.Tcp("127.0.0.1", 5051);
  static final Instant NOW = Instant.parse("2026-11-21T16:22:21.5Z");

  final DriverMachine machine;
  private long uuids;

  MachineDriver(MesosEnvironment environment, boolean launchesGroups) {
    this.machine =
        new DriverMachine(
            environment,
            DriverTimings.of(environment),
            launchesGroups,
            () -> uuid(++uuids),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new SplittableRandom(1));
  }

  static MachineDriver checkpointing() {
    return new MachineDriver(TestEnvironment.checkpointing(ENDPOINT), false);
  }

  static MachineDriver notCheckpointing() {
    return new MachineDriver(TestEnvironment.notCheckpointing(ENDPOINT), false);
  }

  /** Started and subscribed, all effects taken. */
  MachineDriver subscribed() {
    machine.started();
    machine.received(subscribedEvent());
    machine.effects();
    return this;
  }

  /** Running a task none of whose updates is acknowledged. */
  MachineDriver launched(String task) {
    machine.received(launch(task));
    machine.effects();
    return this;
  }

  List<Effect> effects() {
    return machine.effects();
  }

  <E extends Effect> List<E> effects(Class<E> kind) {
    List<E> found = new ArrayList<>();
    for (Effect effect : machine.effects()) {
      if (kind.isInstance(effect)) {
        found.add(kind.cast(effect));
      }
    }
    return found;
  }

  Optional<Call> posted() {
    return effects(Effect.Post.class).stream().map(Effect.Post::call).findFirst();
  }

  List<Callback> delivered() {
    return effects(Effect.Deliver.class).stream().map(Effect.Deliver::callback).toList();
  }

  static ByteString uuid(long number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(8, number));
  }

  static AgentAnswer answered(int status) {
    return new AgentAnswer.Answered(status, "");
  }

  static AgentAnswer version(String version) {
    return new AgentAnswer.Answered(200, "{\"version\":\"" + version + "\"}");
  }

  static TaskID taskId(String id) {
    return TaskID.newBuilder().setValue(id).build();
  }

  static TaskInfo task(String id) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(taskId(id))
        .setSlaveId(SlaveID.newBuilder().setValue("agent-1"))
        .build();
  }

  static TaskStatus status(String task, TaskState state) {
    return TaskStatus.newBuilder().setTaskId(taskId(task)).setState(state).build();
  }

  static SlaveInfo agent() {
    return SlaveInfo.newBuilder()
        .setHostname("localhost")
        .setId(SlaveID.newBuilder().setValue("agent-of-subscribed"))
        .build();
  }

  static Event subscribedEvent() {
    return event(Event.Type.SUBSCRIBED)
        .setSubscribed(
            Event.Subscribed.newBuilder()
                .setExecutorInfo(
                    ExecutorInfo.newBuilder()
                        .setExecutorId(TestEnvironment.checkpointing(ENDPOINT).executorId()))
                .setFrameworkInfo(FrameworkInfo.newBuilder().setUser("root").setName("aurora"))
                .setSlaveInfo(agent()))
        .build();
  }

  static Event launch(String task) {
    return event(Event.Type.LAUNCH)
        .setLaunch(Event.Launch.newBuilder().setTask(task(task)))
        .build();
  }

  static Event kill(String task) {
    return event(Event.Type.KILL).setKill(Event.Kill.newBuilder().setTaskId(taskId(task))).build();
  }

  static Event acknowledged(String task, ByteString uuid) {
    return event(Event.Type.ACKNOWLEDGED)
        .setAcknowledged(Event.Acknowledged.newBuilder().setTaskId(taskId(task)).setUuid(uuid))
        .build();
  }

  static Event.Builder event(Event.Type type) {
    return Event.newBuilder().setType(type);
  }
}

package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thermos.mesos.MachineDriver.status;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.executor.Protos.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lives of a driver with an agent that fails in every way it can: whatever happens, every update
 * arrives, in order, and an old agent is never made to crash.
 */
class DriverSimulationTest {

  private static final List<TaskState> STATES =
      List.of(
          TaskState.TASK_STARTING,
          TaskState.TASK_RUNNING,
          TaskState.TASK_RUNNING,
          TaskState.TASK_KILLING,
          TaskState.TASK_FINISHED);

  /** One life. */
  private static final class World {
    private final SplittableRandom random;
    private final SimulatedAgent agent;
    private final MachineDriver driver = MachineDriver.checkpointing();
    private final DriverMachine machine = driver.machine;
    private final Map<Timer, Long> timers = new EnumMap<>(Timer.class);
    private final Deque<TaskState> toSay = new ArrayDeque<>(STATES);
    private final List<Callback> callbacks = new ArrayList<>();
    private long now;
    private Effect streamWork;
    private Effect.Post callWork;
    private boolean reading;
    private boolean holding;
    private boolean finished;

    World(long seed, String version, boolean mended) {
      random = new SplittableRandom(seed);
      agent = new SimulatedAgent(version, mended, random);
    }

    void live() {
      machine.started();
      perform();
      for (int i = 0; i < 400; i++) {
        step(random.nextInt(10));
        assertThat(agent.isUnharmed()).as("the agent crashed").isTrue();
      }
      agent.behave();
      while (!toSay.isEmpty()) {
        say();
      }
      settle();
      machine.stopRequested();
      perform();
      settle();
    }

    private void settle() {
      for (int i = 0; i < 400 && !finished; i++) {
        step(2 + random.nextInt(6));
      }
    }

    private void step(int choice) {
      if (finished) {
        return;
      }
      switch (choice) {
        case 0 -> {
          if (random.nextInt(3) == 0) {
            agent.turn();
          }
        }
        case 1 -> {
          if (random.nextInt(3) == 0) {
            agent.dropStream();
          }
        }
        case 2, 3 -> streamWork();
        case 4, 5 -> callWork();
        case 6 -> read();
        case 7 -> fire();
        default -> {
          if (random.nextInt(4) == 0) {
            say();
          }
        }
      }
      perform();
    }

    private void say() {
      if (!toSay.isEmpty()) {
        machine.updateRequested(status("task", toSay.remove()));
        perform();
      }
    }

    private void streamWork() {
      Effect work = streamWork;
      streamWork = null;
      if (work instanceof Effect.Subscribe subscribe) {
        AgentAnswer answer = agent.subscribe(subscribe.call());
        reading = agent.hasStream();
        if (!reading) {
          machine.streamEnded(answer);
        }
      } else if (work instanceof Effect.AskVersion) {
        machine.versionAnswered(agent.version());
      } else if (work instanceof Effect.Probe probe) {
        AgentAnswer answer = agent.post(probe.call());
        holding = answer instanceof AgentAnswer.Answered answered && answered.status() == 202;
        machine.probeAnswered(answer);
      }
    }

    private void callWork() {
      if (callWork != null) {
        AgentAnswer answer = agent.post(callWork.call());
        callWork = null;
        machine.callAnswered(answer);
      }
    }

    private void read() {
      if (reading) {
        for (Event event : agent.events()) {
          machine.received(event);
        }
        if (!agent.hasStream()) {
          reading = false;
          machine.streamEnded(new AgentAnswer.Broken("the agent ended it"));
        }
      } else if (holding && agent.version() instanceof AgentAnswer.NobodyListens) {
        holding = false;
        machine.streamEnded(new AgentAnswer.Broken("the agent ended it"));
      }
    }

    private void fire() {
      timers.entrySet().stream()
          .min(Map.Entry.comparingByValue())
          // The long timeouts are not what this is about.
          .filter(first -> first.getValue() - now < 60_000_000_000L)
          .ifPresent(
              first -> {
                now = first.getValue();
                timers.remove(first.getKey());
                agent.at(now);
                machine.timerFired(first.getKey());
              });
    }

    private void perform() {
      for (Effect effect : machine.effects()) {
        assertThat(finished).as("an effect after the end: %s", effect).isFalse();
        if (effect instanceof Effect.SetTimer set) {
          timers.put(set.timer(), now + set.after().toNanos());
        } else if (effect instanceof Effect.ClearTimer clear) {
          timers.remove(clear.timer());
        } else if (effect instanceof Effect.Post post) {
          assertThat(callWork).as("two calls at once").isNull();
          callWork = post;
        } else if (effect instanceof Effect.Deliver deliver) {
          callbacks.add(deliver.callback());
        } else if (effect instanceof Effect.Finish) {
          finished = true;
        } else if (!(effect instanceof Effect.Log)) {
          assertThat(streamWork == null && !reading && !holding).as("two streams at once").isTrue();
          streamWork = effect;
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1.3.2, false", "1.11.0, true", "nonsense, false"})
  void everyUpdateArrivesInOrderWhateverTheAgentDoes(String version, boolean mended) {
    for (long seed = 0; seed < 2000; seed++) {
      World world = new World(seed, version, mended);
      world.live();
      assertThat(world.finished).as("seed %s ends", seed).isTrue();
      assertThat(world.agent.forwarded).as("seed %s", seed).isEqualTo(STATES);
      assertThat(world.callbacks)
          .as("seed %s", seed)
          .doesNotContain(new Callback.Shutdown())
          .filteredOn(Callback.Launch.class::isInstance)
          .hasSizeLessThanOrEqualTo(1);
    }
  }
}

package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thermos.checkpoint.TaskState;
import org.thermos.executor.SupervisionEvent.CheckerReported;
import org.thermos.executor.SupervisionEvent.CheckersStopped;
import org.thermos.executor.SupervisionEvent.NotPrepared;
import org.thermos.executor.SupervisionEvent.RunnerNotStarted;
import org.thermos.health.HealthService;
import org.thermos.log.Log;
import org.thermos.mesos.DriverStatistics;
import org.thermos.process.Broker;
import org.thermos.process.NativeBinary;
import org.thermos.resources.ControlGroup;
import org.thermos.resources.DiskMeter;
import org.thermos.resources.OutOfMemoryWatch;

/** What goes wrong with one task is that task's end alone: the executor may have two hundred. */
@Timeout(60)
class TaskHandsTest {
  @TempDir Path directory;

  private final List<String> errors = new ArrayList<>();
  private volatile Runnable onInfo = () -> {};
  private final List<SupervisionEvent> posted = new ArrayList<>();
  private final Log log =
      new Log() {
        @Override
        public void info(String message) {
          onInfo.run();
        }

        @Override
        public void error(String message) {
          errors.add(message);
        }
      };
  private Broker broker;

  @BeforeEach
  void start() throws IOException {
    broker = Broker.start(NativeBinary.locate());
  }

  @AfterEach
  void close() throws IOException {
    broker.close();
  }

  @Test
  void aTaskThatNoThreadIsLeftForIsNotPrepared() throws Exception {
    Executor background =
        job -> {
          throw new OutOfMemoryError("unable to create native thread");
        };

    assertThat(failure(hands(background, System::nanoTime).perform(prepare())))
        .isEqualTo("Internal error: unable to create native thread");
    assertThat(errors).singleElement().asString().contains("Prepare", "OutOfMemoryError");
  }

  @Test
  void aTaskThatIsOverIsNotPreparedAnyFurther() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    onInfo =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    TaskHands hands = hands(job -> new Thread(job).start(), System::nanoTime);
    hands.perform(prepare());
    begun.await();

    hands.end();

    interrupted.await();
  }

  @Test
  void anErrorWhilePreparingIsAnAnswerToo() throws Exception {
    Log broken =
        new Log() {
          @Override
          public void info(String message) {
            throw new NoClassDefFoundError("org/thermos/Gone");
          }

          @Override
          public void error(String message) {}
        };
    TaskPreparation preparation = new TaskPreparation(place(), null, broken);

    assertThat(preparation.prepare(Tasks.launch(Tasks.ID)))
        .isInstanceOfSatisfying(
            NotPrepared.class, it -> assertThat(it.why().message()).contains("org/thermos/Gone"));
  }

  @Test
  void checkersThatCannotBeStartedFailTheTask() throws Exception {
    TaskHands hands =
        hands(
            Runnable::run,
            () -> {
              throw new IllegalStateException("no time");
            });

    assertThat(hands.perform(new SupervisionEffect.StartCheckers(Tasks.prepared())))
        .containsExactly(
            new CheckerReported(Checker.HEALTH, StatusResult.failed("Internal error: no time")));
    assertThat(hands.perform(new SupervisionEffect.StopCheckers())).isEmpty();
    assertThat(posted).containsExactly(new CheckersStopped());
  }

  @Test
  void aRunnerWithoutADirectoryForItsCheckpointIsNotStarted() throws Exception {
    SupervisionEffect start =
        new SupervisionEffect.StartRunner(Tasks.prepared(), Optional.of(TaskState.KILLED));

    assertThat(hands(Runnable::run, System::nanoTime).perform(start))
        .singleElement()
        .isInstanceOf(RunnerNotStarted.class);
  }

  private static SupervisionEffect prepare() {
    return new SupervisionEffect.Prepare(Tasks.launch(Tasks.ID));
  }

  private static String failure(List<SupervisionEvent> answers) {
    assertThat(answers).singleElement().isInstanceOf(NotPrepared.class);
    return ((NotPrepared) answers.get(0)).why().message();
  }

  private TaskPlace place() {
    return TaskPlace.only(directory, directory);
  }

  private TaskHands hands(Executor background, LongSupplier healthClock) throws IOException {
    TaskUsage usage = new TaskUsage(new UsageSampler(System::nanoTime));
    HealthService health =
        new HealthService(Map.of(), spec -> new CompletableFuture<>(), healthClock, log);
    try (ExecutorMetrics metrics =
        new ExecutorMetrics(
            directory.resolve("metrics"), () -> new DriverStatistics(0, 0, 0, 0), log)) {
      return new TaskHands(
          broker,
          place(),
          new TaskPreparation(place(), null, log),
          new RunnerProcess(broker, place(), () -> {}, log),
          new Checkers(
              Tasks.ID,
              health,
              Optional.empty(),
              new DiskMeter(broker, log),
              usage,
              metrics,
              posted::add,
              log),
          new OutOfMemoryWatch(ControlGroup.own()),
          usage,
          Map.of(),
          background,
          posted::add,
          log);
    }
  }
}

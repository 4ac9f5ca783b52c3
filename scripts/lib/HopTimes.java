import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.thermos.checkpoint.CheckpointTail;
import org.thermos.checkpoint.ProcessStatus;

/** Prints the milliseconds from each stop_time of a runner stream to the start_time that follows it. */
class HopTimes {
  public static void main(String[] arguments) throws Exception {
    AtomicReference<Optional<Instant>> stopped = new AtomicReference<>(Optional.empty());
    new CheckpointTail(Path.of(arguments[0]))
        .readNew(
            intact -> {
              if (intact.record() instanceof ProcessStatus status) {
                if (status.startTime().isPresent() && stopped.get().isPresent()) {
                  Duration hop = Duration.between(stopped.get().get(), status.startTime().get());
                  System.out.println(hop.toNanos() / 1e6);
                }
                if (status.stopTime().isPresent()) {
                  stopped.set(status.stopTime());
                }
              }
            });
  }
}

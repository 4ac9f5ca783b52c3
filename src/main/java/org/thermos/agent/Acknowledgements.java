package org.thermos.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.mesos.executor.Protos.Event;

/** The acknowledgements for one executor, on their way to it. */
final class Acknowledgements {
  private final Consumer<Event> out;
  private final List<Event> held = new ArrayList<>();
  private Acknowledging how = Acknowledging.PROMPTLY;

  Acknowledgements(Consumer<Event> out) {
    this.out = out;
  }

  void change(Acknowledging other) {
    how = other;
    List<Event> late = List.copyOf(held);
    held.clear();
    late.forEach(this::send);
  }

  void send(Event acknowledgement) {
    switch (how) {
      case PROMPTLY -> out.accept(acknowledgement);
      case TWICE -> {
        out.accept(acknowledgement);
        out.accept(acknowledgement);
      }
      case LATE -> held.add(acknowledgement);
      case NEVER -> {
        // Lost on purpose.
      }
    }
  }
}

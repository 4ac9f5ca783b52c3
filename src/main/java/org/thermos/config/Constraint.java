package org.thermos.config;

import java.util.List;

/**
 * An order between processes: each one named needs the one named before it to have finished.
 *
 * @param order names of processes
 */
public record Constraint(List<String> order) {
  public Constraint {
    order = List.copyOf(order);
  }
}

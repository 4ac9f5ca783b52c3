package org.thermos.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Turns the orders of a task into links between the processes of one plan (planner 2.2). */
final class Constraints {
  private Constraints() {}

  /**
   * The links of {@code orders} between {@code processes}. An order wholly outside the plan is
   * ignored; only neighbours in an order are linked.
   *
   * @param numbers the number of each process name of the plan
   * @throws InvalidScheduleException if an order is empty or lies half in this plan, or if a
   *     process would wait for one that need not end
   */
  static List<Link> links(
      List<PlannedProcess> processes,
      Map<String, Integer> numbers,
      Collection<? extends List<String>> orders)
      throws InvalidScheduleException {
    List<Link> links = new ArrayList<>();
    for (List<String> order : orders) {
      if (isInside(numbers, order)) {
        for (int i = 1; i < order.size(); i++) {
          Link link = new Link(numbers.get(order.get(i - 1)), numbers.get(order.get(i)));
          requireAllowed(processes.get(link.before()), processes.get(link.after()));
          links.add(link);
        }
      }
    }
    return links;
  }

  private static boolean isInside(Map<String, Integer> numbers, List<String> order)
      throws InvalidScheduleException {
    int inside = 0;
    for (String name : order) {
      if (numbers.containsKey(name)) {
        inside++;
      }
    }
    if (order.isEmpty() || (inside != 0 && inside != order.size())) {
      throw new InvalidScheduleException(
          "Invalid process dependencies! The order "
              + order
              + " must name processes, and either only final or only regular ones");
    }
    return inside != 0;
  }

  private static void requireAllowed(PlannedProcess before, PlannedProcess after)
      throws InvalidScheduleException {
    if (before.daemon()) {
      throw new InvalidScheduleException(
          "Process " + after.name() + " may not depend upon daemon process " + before.name());
    }
    if (before.ephemeral() && !after.ephemeral()) {
      throw new InvalidScheduleException(
          "Non-ephemeral process "
              + after.name()
              + " may not depend upon ephemeral process "
              + before.name());
    }
  }
}

package org.thermos.executor;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Names of tasks, the latest of them: an executor of many tasks may live for months, and remembers
 * no more than whatever comes late can still be about.
 */
final class RecentNames {
  static final int MOST = 10_000;

  private final Set<String> names = new LinkedHashSet<>();

  /** Whether it is a new one. */
  boolean add(String name) {
    boolean isNew = names.add(name);
    if (names.size() > MOST) {
      Iterator<String> oldest = names.iterator();
      oldest.next();
      oldest.remove();
    }
    return isNew;
  }

  /** Whether it was there. */
  boolean remove(String name) {
    return names.remove(name);
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }
}

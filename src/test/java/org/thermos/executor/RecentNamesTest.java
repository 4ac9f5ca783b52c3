package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentNamesTest {
  @Test
  void theOldestIsForgottenFirst() {
    RecentNames names = new RecentNames();
    for (int i = 0; i < RecentNames.MOST; i++) {
      assertThat(names.add("task-" + i)).isTrue();
    }
    assertThat(names.add("task-0")).isFalse();
    assertThat(names.add("one more")).isTrue();

    assertThat(names.contains("task-0")).isFalse();
    assertThat(names.contains("task-1")).isTrue();
    assertThat(names.remove("task-1")).isTrue();
    assertThat(names.remove("task-1")).isFalse();
  }
}

package org.thermos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.thermos.thrift.aurora.AssignedTask;

class SchedulerTest {
  private static final String TASK =
      "{'name': 'a b/c', 'processes': [{'name': 'main', 'cmdline': '{{thermos.ports[http]}}'}]}";
  private static final String JOB =
      "{'role': 'www', 'cluster': 'west', 'environment': 'prod', 'name': 'shop', 'task': "
          + TASK
          + ", 'announce': {'primary_port': 'http', 'portmap': {'http': 'web', 'admin': '80',"
          + " 'health': 'admin'}}}";

  @Test
  void ofATaskMakesAnAssignedTask() throws Exception {
    AssignedTask assigned = assign(TASK, TaskWishes.NONE);

    assertThat(assigned.getTaskId()).matches("me-devel-a_b_c-0-[0-9a-f]{8}");
    assertThat(assigned.getTask().getJob().getRole()).isEqualTo("me");
    assertThat(assigned.getTask().getExecutorConfig().getName()).isEqualTo("AuroraExecutor");
    assertThat(assigned.getAssignedPorts()).containsOnlyKeys("http");
  }

  @Test
  void aJobRunsAsTheUserAndNotAsItsRole() throws Exception {
    AssignedTask assigned = assign(JOB, TaskWishes.NONE);

    assertThat(assigned.getTask().getJob().getRole()).isEqualTo("me");
    assertThat(assigned.getTask().getJob().getEnvironment()).isEqualTo("prod");
    assertThat(assigned.getTask().getJob().getName()).isEqualTo("shop");
  }

  @Test
  void portsThatAliasesStandForAreRequested() throws Exception {
    assertThat(assign(JOB, TaskWishes.NONE).getAssignedPorts()).containsOnlyKeys("web");
  }

  @Test
  void wishesComeFirst() throws Exception {
    TaskWishes wishes =
        new TaskWishes(
            OptionalInt.of(3),
            Optional.of("you"),
            List.of(
                new PortOption("http", OptionalInt.of(8080)),
                new PortOption("extra", OptionalInt.empty())));

    AssignedTask ofJson = assign(TASK, wishes);
    AssignedTask ofThrift =
        AssignedTasks.decode(
            new Scheduler("me")
                .assign(AssignedTasks.encode(assign(TASK, TaskWishes.NONE)), wishes));

    for (AssignedTask assigned : List.of(ofJson, ofThrift)) {
      assertThat(assigned.getInstanceId()).isEqualTo(3);
      assertThat(assigned.getTask().getJob().getRole()).isEqualTo("you");
      assertThat(assigned.getAssignedPorts()).containsOnlyKeys("http", "extra");
      assertThat(assigned.getAssignedPorts()).containsEntry("http", 8080);
    }
  }

  @Test
  void theInstanceOfATaskInstanceIsItsOwnUnlessWishedFor() throws Exception {
    String instance = "{'instance': 7, 'role': 'www', 'environment': 'prod', 'task': " + TASK + "}";
    TaskWishes wishes = new TaskWishes(OptionalInt.of(8), Optional.empty(), List.of());

    assertThat(assign(instance, TaskWishes.NONE).getInstanceId()).isEqualTo(7);
    AssignedTask wished = assign(instance, wishes);
    assertThat(wished.getInstanceId()).isEqualTo(8);
    assertThat(wished.getTask().getExecutorConfig().getData()).contains("\"instance\":8");
  }

  @Test
  void anAssignedTaskWithoutWishesStaysAsItIs() throws Exception {
    byte[] data = AssignedTasks.encode(assign(TASK, TaskWishes.NONE));

    assertThat(new Scheduler("me").assign(data, TaskWishes.NONE)).isEqualTo(data);
  }

  private static AssignedTask assign(String json, TaskWishes wishes) throws Exception {
    byte[] utf8 = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return AssignedTasks.decode(new Scheduler("me").assign(utf8, wishes));
  }
}

package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.thermos.checkpoint.TaskPaths;
import org.thermos.config.Assignment;
import org.thermos.config.LaunchContext;
import org.thermos.config.Resolution;
import org.thermos.sandbox.AccountPolicy;
import org.thermos.sandbox.Sandbox;
import org.thermos.sandbox.SandboxSettings;

/** Executor 6.7. */
class RunnerCommandTest {
  private static final SandboxSettings SETTINGS =
      new SandboxSettings(
          new AccountPolicy(AccountPolicy.Mode.ROLE, Optional.empty()),
          Optional.empty(),
          Optional.empty(),
          true,
          List.of(),
          command -> new CompletableFuture<>());

  @Test
  void saysAllThatARunnerNeeds() throws Exception {
    TaskPlace place = TaskPlace.only(Path.of("/mesos/run"), Path.of("/mnt/sandbox"));
    Assignment assignment =
        Assignment.decode(
            """
            {"name": "t",
             "processes": [{"name": "p", "cmdline": "serve {{thermos.ports[http]}}"}],
             "resources": {"cpu": 1.0, "ram": 1048576, "disk": 1048576}}
            """
                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new LaunchContext("id", "host.example", Map.of("http", 8080, "admin", 8081)));
    RunnerCommand command =
        new RunnerCommand(Path.of("/opt/thermos-runner"), List.of("--preserve_env"));

    assertThat(
            command.line(
                place,
                TaskPaths.of(place.checkpointRoot(), "id"),
                Sandbox.of(
                    assignment.container(),
                    place.directory(),
                    place.sandbox(),
                    Optional.empty(),
                    SETTINGS),
                place.sandbox().resolve("task.json"),
                Optional.of("www"),
                Optional.of("/opt/mesos-containerizer"),
                Resolution.of(assignment, "nobody")))
        .containsExactly(
            "/opt/thermos-runner",
            "--log_dir=/mnt/sandbox",
            "--checkpoint_root=/mnt/sandbox/checkpoints",
            "--sandbox=/mesos/run/sandbox",
            "--container_sandbox=/mesos/run/sandbox",
            "--task_id=id",
            "--thermos_json=/mnt/sandbox/task.json",
            "--hostname=host.example",
            "--preserve_env",
            "--setuid=www",
            "--mesos_containerizer_path=/opt/mesos-containerizer",
            "--port=admin:8081",
            "--port=http:8080");
  }
}

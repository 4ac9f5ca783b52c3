package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.apache.mesos.Protos.HealthCheck;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.thermos.announce.LocalZooKeeper;
import org.thermos.http.ClosedPort;

/** Tasks announced at a real ZooKeeper server, by the whole executor (health 7.7-7.9). */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class AnnounceEndToEndTest {
  /** Sessions last for 20 of these at most. */
  private static final Duration TICK = Duration.ofMillis(500);

  private static final String PATH = "/aurora/" + System.getProperty("user.name") + "/prod/hello";
  private static final String UNTIL_TOLD = "touch ready; until [ -e leave ]; do sleep 0.02; done";

  /** Nothing of TLS and SASL, whose classes are not there. */
  private static final class PlainConfig extends ZKClientConfig {
    PlainConfig() {
      setProperty(ENABLE_CLIENT_SASL_KEY, "false");
    }

    @Override
    protected void handleBackwardCompatibility() {}
  }

  @TempDir Path directory;
  private LocalZooKeeper server;
  private ZooKeeper onlooker;
  private Cluster cluster;

  /** What it answers to "dump" names all nodes that live as long as a session. */
  @BeforeAll
  static void letTheServerBeAsked() {
    System.setProperty("zookeeper.4lw.commands.whitelist", "dump");
  }

  @BeforeEach
  void start() throws Exception {
    server = new LocalZooKeeper(TICK);
    cluster = new Cluster(directory);
    onlooker = new ZooKeeper("127.0.0.1:" + server.port(), 30_000, event -> {}, new PlainConfig());
    cluster.await("connected", () -> onlooker.getState().isConnected());
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    onlooker.close();
    server.close();
  }

  @Test
  void aTaskIsAnnouncedAsLongAsItRuns() throws Exception {
    launch(announced(UNTIL_TOLD));
    cluster.await(TaskState.TASK_RUNNING);
    cluster.await("it is announced", () -> members().size() == 1);

    assertThat(data())
        .isEqualTo(
            "{\"serviceEndpoint\": {\"host\": \"localhost\", \"port\": 31544},"
                + " \"additionalEndpoints\": {"
                + "\"aurora\": {\"host\": \"localhost\", \"port\": 31544},"
                + " \"http\": {\"host\": \"localhost\", \"port\": 31544}},"
                + " \"status\": \"ALIVE\", \"shard\": 0}");
    cluster.touch("leave");
    assertThat(cluster.awaitEnd()).endsWith("TASK_FINISHED Task finished.");
    assertThat(members()).isEmpty(); // Now, and not when its session expires.
  }

  @Test
  void aTaskThatIsToldToEndIsAnnouncedNoMore() throws Exception {
    launch(
        announced(
            ("ask() { exec 3<>/dev/tcp/127.0.0.1/PORT; printf dump >&3; cat <&3 > $1.part;"
                    + " mv $1.part $1; }; trap 'ask after; exit 0' TERM; touch ready;"
                    + " until [ -e go ]; do sleep 0.02; done; ask before;"
                    + " while true; do sleep 0.05; done")
                .replace("PORT", Integer.toString(server.port()))),
        "--announcer-hostname=10.1.2.3");
    cluster.awaitFile("ready");
    cluster.await("it is announced", () -> members().size() == 1);
    assertThat(data()).contains("\"10.1.2.3\"").doesNotContain("localhost");
    cluster.touch("go");
    cluster.awaitFile("before");
    cluster.kill();
    cluster.await(TaskState.TASK_KILLED);
    cluster.awaitEnd();

    assertThat(cluster.file("before")).content().contains(PATH + "/member_");
    assertThat(cluster.file("after"))
        .content()
        .contains("ephemeral nodes dump")
        .doesNotContain("member_");
  }

  @Test
  void aPathOfItsOwnNeedsPermission() throws Exception {
    launch(job(UNTIL_TOLD, "{'primary_port': 'http', 'zk_path': '/mine'}"));

    assertThat(cluster.await(TaskState.TASK_FAILED).getMessage())
        .isEqualTo(
            "Cannot announce the task at /mine: the task names the path itself, by zk_path, which"
                + " this executor permits only with --announcer-allow-custom-serverset-path.");
    cluster.awaitEnd();
  }

  @Test
  void aPathOfItsOwnIsUsed() throws Exception {
    launch(
        job(UNTIL_TOLD, "{'primary_port': 'http', 'zk_path': '/mine'}"),
        "--announcer-allow-custom-serverset-path");
    cluster.await("it is announced", () -> members("/mine").size() == 1);
    cluster.kill();
    cluster.await(TaskState.TASK_KILLED);
    cluster.awaitEnd();

    assertThat(members("/mine")).isEmpty();
  }

  @Test
  void withoutZooKeeperATaskRunsAllTheSame() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      cluster.launch(
          announced(UNTIL_TOLD).data(), "--announcer-ensemble=127.0.0.1:" + closed.number());
      cluster.await(TaskState.TASK_RUNNING);
      cluster.awaitFile("ready");
      cluster.kill();
      cluster.await(TaskState.TASK_KILLED);

      assertThat(cluster.awaitEnd()).endsWith("TASK_KILLED Instructed to kill task.");
    }
  }

  @Test
  void withoutZooKeeperATaskFailsWhereThatIsAskedFor() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      cluster.launch(
          announced(UNTIL_TOLD).data(),
          "--announcer-ensemble=127.0.0.1:" + closed.number(),
          "--announcer-connect-timeout-secs=1");

      assertThat(cluster.await(TaskState.TASK_FAILED).getMessage())
          .isEqualTo("Creating Announcer Serverset timed out.");
      cluster.awaitEnd(); // The original mostly loses that update: gaps 9.4 #35.
    }
  }

  @Test
  void onlyHealthyTasksAreAnnouncedWhereThatIsAskedFor() throws Exception {
    try (TaskServer task = new TaskServer()) {
      HealthCheck.Builder check =
          HealthCheck.newBuilder()
              .setType(HealthCheck.Type.HTTP)
              .setDelaySeconds(0)
              .setIntervalSeconds(0.05)
              .setTimeoutSeconds(60)
              .setGracePeriodSeconds(0)
              .setConsecutiveFailures(100_000);
      check.getHttpBuilder().setPort(task.port()).setPath("/well");
      TaskInfo info =
          Cluster.task(announced(UNTIL_TOLD).data()).toBuilder().setHealthCheck(check).build();
      cluster.launch(info, ensemble(), "--announcer-wait-for-health");
      cluster.await(TaskState.TASK_RUNNING);
      cluster.await(
          "the announcer is there", () -> cluster.log().contains("Connected to ZooKeeper"));
      int requests = task.requests().size();
      cluster.await("two more checks", () -> task.requests().size() > requests + 1);
      assertThat(members()).isEmpty();
      task.answer("/well", 200);
      cluster.await("it is announced", () -> members().size() == 1);
      task.answer("/well", 500);
      cluster.await("it is announced no more", () -> members().isEmpty());
      task.answer("/well", 200);
      cluster.await("it is announced again", () -> members().size() == 1);
    }
    cluster.touch("leave");
    cluster.await(TaskState.TASK_FINISHED);
    cluster.awaitEnd();
  }

  @Test
  void theNodeOfAnExecutorThatWasKilledGoesWithItsSession() throws Exception {
    launch(announced(UNTIL_TOLD));
    cluster.await("it is announced", () -> members().size() == 1);
    cluster.process("ExecutorProgram").destroyForcibly();

    cluster.await("its session has expired", () -> members().isEmpty());
  }

  @Test
  void credentialsGuardTheNode() throws Exception {
    launch(
        announced(UNTIL_TOLD),
        "--announcer-zookeeper-auth-config="
            + file(
                "{\"auth\": [{\"scheme\": \"digest\", \"credential\": \"bob:secret\"}],"
                    + " \"acl\": [{\"scheme\": \"digest\", \"credential\": \"bob:secret\","
                    + " \"permissions\": {\"read\": true, \"write\": true, \"create\": true,"
                    + " \"delete\": true}}]}"));
    cluster.await("it is announced", () -> cluster.log().contains(" is announced as " + PATH));
    onlooker.addAuthInfo("digest", "bob:secret".getBytes(StandardCharsets.UTF_8));

    assertThat(onlooker.getACL(PATH + "/" + members().get(0), new Stat()))
        .singleElement()
        .satisfies(
            acl -> {
              assertThat(acl.getId().getScheme()).isEqualTo("digest");
              assertThat(acl.getId().getId()).startsWith("bob:").doesNotContain("secret");
            });
    assertThat(cluster.log()).doesNotContain("secret");
    cluster.touch("leave");
    cluster.await(TaskState.TASK_FINISHED);
    cluster.awaitEnd();
    assertThat(members()).isEmpty();
  }

  @Test
  void credentialsThatMakeNoSenseAreRefusedAtOnce() throws Exception {
    Process process =
        cluster
            .executor(
                ensemble(),
                "--announcer-zookeeper-auth-config="
                    + file(
                        "{\"auth\": [{\"scheme\": \"digest\", \"credentials\": \"bob:secret\"}]}"))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(output.lines())
        .singleElement()
        .asString()
        .startsWith("thermos-executor: ZK authentication config is invalid")
        .doesNotContain("secret");
  }

  private void launch(Job job, String... flags) throws Exception {
    String[] all = new String[flags.length + 1];
    all[0] = ensemble();
    System.arraycopy(flags, 0, all, 1, flags.length);
    cluster.launch(job.data(), all);
  }

  private String ensemble() {
    return "--announcer-ensemble=127.0.0.1:" + server.port();
  }

  private static Job announced(String commandLine) {
    return job(commandLine, "{'primary_port': 'http'}");
  }

  private static Job job(String commandLine, String announce) {
    return Job.of(commandLine).port("http", 31544).with("announce", announce);
  }

  private List<String> members() {
    return members(PATH);
  }

  private List<String> members(String path) {
    try {
      return onlooker.getChildren(path, false);
    } catch (KeeperException.NoNodeException e) {
      return List.of();
    } catch (KeeperException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String data() throws Exception {
    byte[] data = onlooker.getData(PATH + "/" + members().get(0), false, new Stat());
    return new String(data, StandardCharsets.UTF_8);
  }

  private Path file(String text) throws IOException {
    Path file = directory.toRealPath().resolve("auth.json");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}

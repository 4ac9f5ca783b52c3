package org.thermos.executor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ContainerInfo;
import org.apache.mesos.Protos.DiscoveryInfo;
import org.apache.mesos.Protos.Environment;
import org.apache.mesos.Protos.Port;
import org.apache.mesos.Protos.Ports;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.process.Accounts;

/** Launches of schedulers that know nothing of Aurora, as an agent delivers them. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class OtherSchedulersEndToEndTest {
  private static final String FINISHED = "TASK_FINISHED Task finished.";
  private static final String SECRET = "s3cr3t-of-the-test";

  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void aShellCommandIsATask() throws Exception {
    cluster.launch(task(CommandInfo.newBuilder().setValue("echo a b | tr a-z A-Z; echo $((1+1))")));

    assertThat(cluster.awaitEnd()).hasSize(3).endsWith(FINISHED);
    assertThat(output("web_front")).isEqualTo("A B\n2\n");
  }

  @Test
  void aProgramWithArgumentsIsATask() throws Exception {
    cluster.launch(
        task(
            CommandInfo.newBuilder()
                .setShell(false)
                .setValue("/bin/bash")
                .addArguments("called so")
                .addArguments("-c")
                .addArguments("tr '\\0' '|' < /proc/$$/cmdline; exit 0")
                .addArguments("$HOME")
                .addArguments("it's {{thermos.task_id}}")));

    assertThat(cluster.awaitEnd()).endsWith(FINISHED);
    assertThat(output("web_front"))
        .startsWith("called so|-c|")
        .endsWith("|$HOME|it's {{thermos.task_id}}|");
  }

  @Test
  void variablesReachTheProcessAndNobodyElse() throws Exception {
    cluster.launch(
        task(
            CommandInfo.newBuilder()
                .setValue(
                    "test \"$PASSWORD\" = "
                        + SECRET.substring(0, 6)
                        + "\"\""
                        + SECRET.substring(6)
                        + " && touch known; while [ ! -e go ]; do sleep 0.05; done")
                .setEnvironment(variable("PASSWORD", SECRET))),
        "--relay=process");
    cluster.await(TaskState.TASK_RUNNING);
    cluster.awaitFile("known");
    List<ProcessHandle> processes = cluster.processes();
    assertThat(processes).hasSizeGreaterThan(4);
    for (ProcessHandle process : processes) {
      assertThat(Cluster.commandLine(process)).doesNotContain(SECRET);
    }
    cluster.touch("go");

    assertThat(cluster.awaitEnd()).endsWith(FINISHED).noneMatch(words -> words.contains(SECRET));
    assertThat(filesWith(SECRET)).isEmpty();
  }

  @Test
  void variablesSurviveTheRunner() throws Exception {
    cluster.launch(
        task(
            """
            {"name": "two",
             "processes": [
               {"name": "first", "cmdline": "while [ ! -e go ]; do sleep 0.05; done"},
               {"name": "second", "cmdline": "echo $GREETING"}],
             "constraints": [{"order": ["first", "second"]}]}
            """,
            CommandInfo.newBuilder().setEnvironment(variable("GREETING", "hello"))));
    cluster.await(TaskState.TASK_RUNNING);
    cluster.destroy("RunnerProgram");
    cluster.touch("go");

    assertThat(cluster.awaitEnd()).endsWith(FINISHED);
    assertThat(output("second")).isEqualTo("hello\n");
  }

  @Test
  void filesAreThereBeforeTheFirstProcess() throws Exception {
    Path source = source();
    HttpServer server = serve(source);
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      cluster.launch(
          task(
              CommandInfo.newBuilder()
                  .setValue("./tool && cat plain && cat kept/in.txt && cat by-http")
                  .addUris(uri("file://" + source.resolve("tool")).setExecutable(true))
                  .addUris(uri(source.resolve("plain").toString()))
                  .addUris(uri(url + "/archive.tar.gz"))
                  .addUris(uri(url + "/plain?token=x").setOutputFile("by-http"))));

      assertThat(cluster.awaitEnd()).endsWith(FINISHED);
      assertThat(output("web_front")).isEqualTo("tool\nplain\narchived\nplain\n");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void filesBelongToTheAccountOfTheTask() throws Exception {
    assumeTrue(Accounts.currentUid() == 0, "skipped: needs root, to run a task as nobody");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path source = source();
    HttpServer server = serve(source);
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      cluster.launch(
          task(
              CommandInfo.newBuilder()
                  .setUser("nobody")
                  .setValue("id -un; stat -c %U plain tool kept/in.txt; echo x >> plain && ./tool")
                  .addUris(uri(source.resolve("plain").toString()))
                  .addUris(uri(url + "/tool").setExecutable(true))
                  .addUris(uri(url + "/archive.tar.gz"))));

      assertThat(cluster.awaitEnd()).endsWith(FINISHED);
      assertThat(output("web_front")).isEqualTo("nobody\nnobody\nnobody\nnobody\ntool\n");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aFileThatCannotBeFetchedIsTheEndAndSaysWhy() throws Exception {
    HttpServer server = serve(source());
    try {
      int port = server.getAddress().getPort();
      cluster.launch(
          task(
              CommandInfo.newBuilder()
                  .setValue("touch ran")
                  .addUris(uri("http://me:pw@127.0.0.1:" + port + "/none?token=" + SECRET))));
      TaskStatus failed = cluster.await(TaskState.TASK_FAILED);

      assertThat(failed.getMessage())
          .contains("'http://127.0.0.1:" + port + "/none'", "404")
          .doesNotContain(SECRET, "pw");
      assertThat(failed.getReason()).isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED);
      assertThat(cluster.awaitEnd()).hasSize(2);
      assertThat(cluster.file("ran")).doesNotExist();
      assertThat(filesWith(SECRET)).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "{\"task\": %s, \"instance\": 0}",
        "{\"name\": \"j\", \"role\": \"ROLE\", \"cluster\": \"c\", \"environment\": \"e\","
            + " \"task\": %s}"
      })
  void jsonOfATaskAnInstanceOrAJobIsATask(String json) throws Exception {
    String bare =
        "{\"name\": \"t\", \"processes\": [{\"name\": \"p\","
            + " \"cmdline\": \"echo {{thermos.task_id}} {{thermos.ports[http]}}\"}]}";
    cluster.launch(
        task(
                json.formatted(bare).replace("ROLE", System.getProperty("user.name")),
                CommandInfo.newBuilder())
            .toBuilder()
            .setDiscovery(
                DiscoveryInfo.newBuilder()
                    .setVisibility(DiscoveryInfo.Visibility.CLUSTER)
                    .setPorts(
                        Ports.newBuilder()
                            .addPorts(Port.newBuilder().setName("http").setNumber(31007))))
            .build());

    assertThat(cluster.awaitEnd()).endsWith(FINISHED);
    assertThat(output("p")).isEqualTo(Cluster.TASK + " 31007\n");
  }

  @Test
  void portsOfTheResourcesHaveNumbersForNames() throws Exception {
    cluster.launch(
        task(
                "{\"processes\": [{\"name\": \"p\","
                    + " \"cmdline\": \"echo {{thermos.ports[port0]}} {{thermos.ports[port2]}}\"}],"
                    + " \"name\": \"t\"}",
                CommandInfo.newBuilder())
            .toBuilder()
            .addResources(
                Resource.newBuilder()
                    .setName("ports")
                    .setType(Value.Type.RANGES)
                    .setRanges(
                        Value.Ranges.newBuilder()
                            .addRange(range(31001, 31002))
                            .addRange(range(31009, 31009))))
            .build());

    assertThat(cluster.awaitEnd()).endsWith(FINISHED);
    assertThat(output("p")).isEqualTo("31001 31009\n");
  }

  @Test
  void inADockerContainerTheSandboxIsLinkedToWhereTheHostHasIt() throws Exception {
    Path host = directory.toRealPath().resolve("as/the/host/sees/it");
    cluster.fetch("export MESOS_DIRECTORY=" + host);
    cluster.launch(
        task(
                "{\"name\": \"t\", \"processes\": [{\"name\": \"p\", \"cmdline\": \"pwd\"}]}",
                CommandInfo.newBuilder())
            .toBuilder()
            .setContainer(
                ContainerInfo.newBuilder()
                    .setType(ContainerInfo.Type.DOCKER)
                    .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("image")))
            .build());

    assertThat(cluster.awaitEnd()).endsWith(FINISHED);
    assertThat(Files.readSymbolicLink(host)).isEqualTo(cluster.mesosDirectory());
    assertThat(output("p")).isEqualTo(cluster.taskSandbox() + "\n");
  }

  private static TaskInfo task(CommandInfo.Builder command) {
    return Cluster.task("web/front", command).build();
  }

  /** The JSON does not tell its limits: they are those of the launch. */
  private static TaskInfo task(String json, CommandInfo.Builder command) {
    return Cluster.task("web/front", command)
        .setData(ByteString.copyFromUtf8(json))
        .addResources(
            Resource.newBuilder()
                .setName("cpus")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(0.5)))
        .build();
  }

  private static Environment variable(String name, String value) {
    return Environment.newBuilder()
        .addVariables(Environment.Variable.newBuilder().setName(name).setValue(value))
        .build();
  }

  private static CommandInfo.URI.Builder uri(String value) {
    return CommandInfo.URI.newBuilder().setValue(value);
  }

  private static Value.Range range(long first, long last) {
    return Value.Range.newBuilder().setBegin(first).setEnd(last).build();
  }

  /** A directory with files to fetch, and an archive of one. */
  private Path source() throws Exception {
    Path source = Files.createDirectory(directory.toRealPath().resolve("source"));
    Files.writeString(source.resolve("tool"), "#!/bin/sh\necho tool\n");
    Files.writeString(source.resolve("plain"), "plain\n");
    Files.writeString(
        Files.createDirectory(source.resolve("kept")).resolve("in.txt"), "archived\n");
    Process tar =
        new ProcessBuilder("tar", "-czf", "archive.tar.gz", "kept")
            .directory(source.toFile())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    return source;
  }

  private static HttpServer serve(Path source) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = source.resolve(exchange.getRequestURI().getPath().substring(1));
          if (Files.isRegularFile(file)) {
            byte[] body = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          } else {
            exchange.sendResponseHeaders(404, -1);
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  private String output(String process) throws Exception {
    return Files.readString(cluster.file(".logs").resolve(process + "/0/stdout"));
  }

  /** Everything that the executor and its runner have written that contains a text. */
  private List<Path> filesWith(String text) throws Exception {
    try (Stream<Path> files = Files.walk(cluster.mesosDirectory())) {
      List<Path> regular = files.filter(Files::isRegularFile).collect(Collectors.toList());
      assertThat(regular).isNotEmpty();
      List<Path> with = new ArrayList<>();
      for (Path file : regular) {
        if (new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) {
          with.add(file);
        }
      }
      return with;
    }
  }
}

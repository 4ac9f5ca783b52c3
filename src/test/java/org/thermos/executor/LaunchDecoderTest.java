package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ContainerInfo;
import org.apache.mesos.Protos.DiscoveryInfo;
import org.apache.mesos.Protos.Environment.Variable;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.Image;
import org.apache.mesos.Protos.Port;
import org.apache.mesos.Protos.Ports;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.Secret;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.Value;
import org.apache.mesos.Protos.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.Assignment;
import org.thermos.config.Assignment.ContainerKind;
import org.thermos.config.ConfigException;
import org.thermos.config.HealthCheck;
import org.thermos.config.JobKey;
import org.thermos.config.Lifecycle;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Resolution;
import org.thermos.config.Resources;
import org.thermos.executor.SandboxFile.Source;
import org.thermos.executor.SandboxFile.Unpacking;

/** What launches of all kinds of schedulers mean. */
class LaunchDecoderTest {
  private static final String BARE = "{\"processes\": [{\"name\": \"p\", \"cmdline\": \"true\"}]}";
  private static final String HOST = "agent.example.net";

  private static TaskInfo.Builder task() {
    return TaskInfo.newBuilder()
        .setName("web/front")
        .setTaskId(TaskID.newBuilder().setValue("task-7"))
        .setSlaveId(SlaveID.newBuilder().setValue("S1"));
  }

  private static TaskInfo.Builder command(String line) {
    return task().setCommand(CommandInfo.newBuilder().setValue(line));
  }

  private static TaskInfo.Builder json(String data) {
    return task().setData(ByteString.copyFromUtf8(data));
  }

  private static Resource scalar(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value))
        .build();
  }

  private static Resource ports(long... bounds) {
    Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.addRange(Value.Range.newBuilder().setBegin(bounds[i]).setEnd(bounds[i + 1]));
    }
    return Resource.newBuilder()
        .setName("ports")
        .setType(Value.Type.RANGES)
        .setRanges(ranges)
        .build();
  }

  private static DecodedLaunch decode(TaskInfo.Builder task) throws ConfigException {
    return LaunchDecoder.decode(task.build(), HOST);
  }

  private static Resolution resolve(TaskInfo.Builder task) throws ConfigException {
    return Resolution.of(decode(task).assignment(), "executor");
  }

  private static ProcessConfig process(TaskInfo.Builder task) throws ConfigException {
    List<ProcessConfig> processes = resolve(task).boundTask().task().processes();
    assertThat(processes).hasSize(1);
    return processes.get(0);
  }

  private static String refusal(TaskInfo.Builder task) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> decode(task));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused).hasMessageStartingWith("Could not deserialize task. ");
    return refused.getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "..", ".", "", "a\0b"})
  void aTaskIdThatCannotNameAFileIsRefused(String id) {
    TaskID taskId = TaskID.newBuilder().setValue(id).build();
    assertThat(refusal(command("true").setTaskId(taskId))).contains("Cannot use the task id");
    assertThat(refusal(json(BARE).setTaskId(taskId))).contains("Cannot use the task id");
  }

  @Test
  void aTaskIdMayBeAsLongAsAFileNameInBytes() throws Exception {
    TaskID longest = TaskID.newBuilder().setValue("é".repeat(127) + "e").build();
    assertThat(decode(command("true").setTaskId(longest)).assignment().taskId()).hasSize(128);
    assertThat(refusal(command("true").setTaskId(longest.toBuilder().setValue("é".repeat(128)))))
        .endsWith("Cannot use the task id as a file name: it is longer than 255 bytes");
  }

  @Test
  void aCommandIsATaskOfOneProcess() throws Exception {
    TaskInfo.Builder task = command("echo $HOME | wc -c").addResources(scalar("cpus", 0.5));

    Resolution resolution = resolve(task);

    assertThat(resolution.assignment().taskId()).isEqualTo("task-7");
    assertThat(resolution.assignment().hostname()).isEqualTo(HOST);
    assertThat(resolution.role()).isEmpty();
    assertThat(resolution.lifecycle()).isInstanceOf(Lifecycle.Unmanaged.class);
    assertThat(resolution.resources())
        .isEqualTo(new Resources(0.5, Long.MAX_VALUE, Long.MAX_VALUE, 0));
    assertThat(process(task).name()).isEqualTo("web_front");
    assertThat(process(task).cmdline()).isEqualTo("echo $HOME | wc -c");
    assertThat(resolution.boundTask().task().name()).isEqualTo("web_front");
  }

  @Test
  void theCommandsUserIsTheAccount() throws Exception {
    CommandInfo command = CommandInfo.newBuilder().setValue("true").setUser("www-data").build();

    assertThat(resolve(task().setCommand(command)).role()).hasValue("www-data");
    for (String user : List.of("", "a\nb", "{{thermos.user}}")) {
      assertThat(refusal(task().setCommand(command.toBuilder().setUser(user))))
          .contains("no name of an account");
    }
  }

  @Test
  void saysWhatALaunchWithoutATaskNeeds() {
    assertThat(refusal(task())).contains("neither data nor a command");
    assertThat(refusal(command(" "))).contains("its command has no value");
    assertThat(refusal(command("a\0b"))).contains("NUL character");
  }

  @Test
  void dataComesBeforeTheCommand() throws Exception {
    assertThat(
            process(
                    json(BARE)
                        .setCommand(CommandInfo.newBuilder().setValue("false"))
                        .addResources(scalar("mem", 1)))
                .cmdline())
        .isEqualTo("true");
    assertThat(refusal(json("garbage"))).contains("AssignedTask");
    assertThat(refusal(task().setData(ByteString.copyFrom(new byte[] {'{', (byte) 0xff}))))
        .contains("UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "plain,plain",
    "role/env/job,role_env_job",
    ".hidden,_hidden",
    "'  spaced out ','spaced out'",
    "'',command",
    "'{{x}}',__x__",
    "'a\tb',a_b",
    "grün,grün"
  })
  void aProcessNameIsMadeOfTheTasks(String task, String process) {
    assertThat(CommandTask.processName(task)).isEqualTo(process);
  }

  @Property(tries = 300)
  void everyTaskNameMakesAProcess(@ForAll String name) throws Exception {
    String made = process(command("true").setName(name)).name();

    assertThat(made).matches("[^./][^/]*").doesNotContain("{{");
    assertThat(made.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(243);
  }

  /** Braces are templates in a configuration, but not in a Mesos command. */
  @Property(tries = 300)
  void aCommandLineReachesTheShellAsItIs(@ForAll String line, @ForAll boolean braces)
      throws Exception {
    String value = (braces ? "{{" + line + "}} {{ x }}" : line + "x").replace("\0", "");
    DecodedLaunch launch = decode(command(value));
    String cmdline =
        Resolution.of(launch.assignment(), "executor")
            .boundTask()
            .task()
            .processes()
            .get(0)
            .cmdline();

    if (value.contains("{{")) {
      assertThat(cmdline).isEqualTo("eval \"$THERMOS_COMMAND\"");
      assertThat(launch.environment().variables()).containsEntry("THERMOS_COMMAND", value);
    } else {
      assertThat(cmdline).isEqualTo(value);
      assertThat(launch.environment().variables()).isEmpty();
    }
  }

  @Property(tries = 20)
  void argumentsReachTheProgramAsTheyAre(@ForAll @Size(max = 5) List<String> arguments)
      throws Exception {
    CommandInfo.Builder command = CommandInfo.newBuilder().setShell(false).setValue("/bin/bash");
    command.addArguments("my name").addArguments("-c").addArguments("printf '%s\\0' \"$0\" \"$@\"");
    command.addArguments("zero");
    StringBuilder expected = new StringBuilder("zero\0");
    for (String argument : arguments) {
      String valid =
          new String(
              argument.replace("\0", "").getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      command.addArguments(valid);
      expected.append(valid).append('\0');
    }
    DecodedLaunch launch = decode(task().setCommand(command));
    String cmdline =
        Resolution.of(launch.assignment(), "executor")
            .boundTask()
            .task()
            .processes()
            .get(0)
            .cmdline();
    ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-c", cmdline);
    builder.environment().putAll(launch.environment().variables());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEqualTo(expected.toString());
  }

  @Test
  void theFirstArgumentIsWhatTheProgramIsCalled() throws Exception {
    CommandInfo command =
        CommandInfo.newBuilder().setShell(false).setValue("/bin/x").addArguments("it's").build();

    assertThat(process(task().setCommand(command)).cmdline())
        .isEqualTo("exec -a 'it'\\''s' -- '/bin/x'");
    assertThat(process(task().setCommand(command.toBuilder().clearArguments())).cmdline())
        .isEqualTo("exec -a '/bin/x' -- '/bin/x'");
  }

  @Test
  void variablesReachTheProcessesAndNoText() throws Exception {
    CommandInfo.Builder command = CommandInfo.newBuilder().setValue("true");
    command
        .getEnvironmentBuilder()
        .addVariables(Variable.newBuilder().setName("A").setValue("top secret"))
        .addVariables(
            Variable.newBuilder()
                .setName("B")
                .setType(Variable.Type.SECRET)
                .setSecret(
                    Secret.newBuilder()
                        .setType(Secret.Type.VALUE)
                        .setValue(
                            Secret.Value.newBuilder().setData(ByteString.copyFromUtf8("hush")))));

    DecodedLaunch launch = decode(task().setCommand(command));

    assertThat(launch.environment().variables()).isEqualTo(Map.of("A", "top secret", "B", "hush"));
    assertThat(launch.toString()).contains("[A, B]").doesNotContain("secret", "hush");
    assertThat(launch.assignment().configuration()).doesNotContain("secret", "hush");
    assertThat(launch.environment().onBoard(Map.of("PATH", "/bin")))
        .isEqualTo(Map.of("PATH", "/bin", "THERMOS_ENV_A", "top secret", "THERMOS_ENV_B", "hush"));
  }

  @Test
  void saysWhichVariableItCannotSet() {
    Variable reference =
        Variable.newBuilder()
            .setName("KEY")
            .setType(Variable.Type.SECRET)
            .setSecret(
                Secret.newBuilder()
                    .setType(Secret.Type.REFERENCE)
                    .setReference(Secret.Reference.newBuilder().setName("vault")))
            .build();
    assertThat(refusal(with(reference))).contains("'KEY'", "only an agent can look up");
    assertThat(refusal(with(variable("", "x")))).contains("no name of a variable");
    assertThat(refusal(with(variable("A=B", "x")))).contains("no name of a variable");
    assertThat(refusal(with(variable("A", "x\0y")))).contains("'A'").doesNotContain("x\0y");
    assertThat(refusal(with(variable("A", "x".repeat(200_000))))).hasSizeLessThan(300);
    assertThat(
            refusal(
                with(variable("LD_PRELOAD", "x.so"))
                    .setContainer(
                        ContainerInfo.newBuilder()
                            .setType(ContainerInfo.Type.MESOS)
                            .setMesos(
                                ContainerInfo.MesosInfo.newBuilder()
                                    .setImage(
                                        Image.newBuilder()
                                            .setType(Image.Type.DOCKER)
                                            .setDocker(
                                                Image.Docker.newBuilder().setName("img")))))))
        .contains("'LD_PRELOAD'", "runs as root");
  }

  private static Variable variable(String name, String value) {
    return Variable.newBuilder().setName(name).setValue(value).build();
  }

  private static TaskInfo.Builder with(Variable variable) {
    CommandInfo.Builder command = CommandInfo.newBuilder().setValue("true");
    command.getEnvironmentBuilder().addVariables(variable);
    return task().setCommand(command);
  }

  @Test
  void portsAreTheDiscoverysElseTheResources() throws Exception {
    DiscoveryInfo discovery =
        DiscoveryInfo.newBuilder()
            .setVisibility(DiscoveryInfo.Visibility.CLUSTER)
            .setPorts(
                Ports.newBuilder()
                    .addPorts(Port.newBuilder().setName("http").setNumber(31000))
                    .addPorts(Port.newBuilder().setNumber(31007)))
            .build();
    Resource ranges = ports(31000, 31001, 31005, 31005);

    assertThat(decode(command("true").addResources(ranges)).assignment().ports())
        .isEqualTo(Map.of("port0", 31000, "port1", 31001, "port2", 31005));
    assertThat(
            decode(command("true").addResources(ranges).setDiscovery(discovery))
                .assignment()
                .ports())
        .isEqualTo(Map.of("http", 31000, "port0", 31007));
    assertThat(
            decode(json(BARE).addResources(scalar("cpus", 1)).addResources(ranges))
                .assignment()
                .ports())
        .hasSize(3);
    assertThat(refusal(command("true").addResources(ports(0, 1L << 40)))).contains("ports");
    assertThat(refusal(command("true").addResources(ports(1, 60000)))).contains("1024");
  }

  /** Gaps 9.4 #54: the portmap's aliases are of the discovery's ports as of assigned ones. */
  @Test
  void aliasesFollowTheDiscoverysPorts() throws Exception {
    DiscoveryInfo discovery =
        DiscoveryInfo.newBuilder()
            .setVisibility(DiscoveryInfo.Visibility.CLUSTER)
            .setPorts(
                Ports.newBuilder().addPorts(Port.newBuilder().setName("http").setNumber(31000)))
            .build();
    String job =
        "{\"announce\": {\"zk_path\": \"/p\", \"portmap\": {\"health\": \"http\"}}, \"task\": "
            + BARE
            + "}";

    Resolution resolution =
        resolve(json(job).addResources(scalar("cpus", 1)).setDiscovery(discovery));

    assertThat(resolution.ports()).isEqualTo(Map.of("http", 31000, "health", 31000));
    assertThat(resolution.healthCheck()).isInstanceOf(HealthCheck.Http.class);
    assertThat(((HealthCheck.Http) resolution.healthCheck()).port()).isEqualTo(31000);
    assertThat(resolution.announcement().orElseThrow().primaryPort()).isEqualTo(31000);
  }

  @Test
  void resourcesCountWhereTheTaskNamesNone() throws Exception {
    List<Resource> given =
        List.of(scalar("cpus", 0.5), scalar("cpus", 0.25), scalar("mem", 64), scalar("disk", 10));
    Resources expected = new Resources(0.75, 64L << 20, 10L << 20, 0);
    String own = BARE.replace("}]}", "}], \"resources\": {\"cpu\": 2, \"ram\": 3, \"disk\": 4}}");
    String job = "{\"task\": " + BARE + "}";
    String instance =
        "{\"task\": " + BARE + ", \"instance\": 3, \"role\": \"www\", \"environment\": \"prod\"}";

    for (String configuration : List.of(BARE, job, instance)) {
      assertThat(resolve(json(configuration).addAllResources(given)).resources())
          .as(configuration)
          .isEqualTo(expected);
    }
    assertThat(resolve(json(own).addAllResources(given)).resources())
        .isEqualTo(new Resources(2, 3, 4, 0));
    assertThat(resolve(command("true").addAllResources(given)).resources()).isEqualTo(expected);
    assertThat(catchThrowableOfType(ConfigException.class, () -> resolve(json(BARE))))
        .hasMessageContaining("Task[resources] is required.");
  }

  @Test
  void theContainerIsTheTasksOrTheExecutors() throws Exception {
    ContainerInfo docker =
        ContainerInfo.newBuilder()
            .setType(ContainerInfo.Type.DOCKER)
            .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("img"))
            .build();
    ContainerInfo mounted =
        ContainerInfo.newBuilder()
            .setType(ContainerInfo.Type.MESOS)
            .addVolumes(Volume.newBuilder().setMode(Volume.Mode.RO).setContainerPath("taskfs"))
            .build();

    assertThat(decode(command("true")).assignment().container()).isEqualTo(ContainerKind.NONE);
    assertThat(decode(command("true").setContainer(docker)).assignment().container())
        .isEqualTo(ContainerKind.DOCKER);
    assertThat(decode(json(BARE).setExecutor(executor(docker))).assignment().container())
        .isEqualTo(ContainerKind.DOCKER);
    assertThat(decode(json(BARE).setExecutor(executor(mounted))).assignment().container())
        .isEqualTo(ContainerKind.IMAGE);
  }

  private static ExecutorInfo executor(ContainerInfo container) {
    return ExecutorInfo.newBuilder()
        .setExecutorId(ExecutorID.newBuilder().setValue("e"))
        .setContainer(container)
        .build();
  }

  /** Aurora's message says it all itself. */
  @Test
  void ofAnAssignedTaskNothingIsReplaced() throws Exception {
    byte[] data = AssignedTasks.bytes(AssignedTasks.of("true", "www-data"));
    Assignment assignment =
        decode(
                task()
                    .setData(ByteString.copyFrom(data))
                    .addResources(scalar("mem", 1))
                    .addResources(ports(1, 5)))
            .assignment();

    assertThat(assignment).isEqualTo(Assignment.decode(data, null));
    assertThat(assignment.job().map(JobKey::role)).isPresent();
  }

  @Property
  void nothingButARefusalComesOfGarbage(@ForAll byte[] data, @ForAll byte[] more) {
    try {
      DecodedLaunch launch = decode(task().setData(ByteString.copyFrom(data)));
      assertThat(launch.assignment()).isNotNull();
      assertThat(LaunchDecoder.decode(TaskInfo.newBuilder().mergeFrom(more).buildPartial(), HOST))
          .isNotNull();
    } catch (ConfigException e) {
      assertThat(e).hasMessageStartingWith("Could not deserialize task. ");
    } catch (InvalidProtocolBufferException e) {
      // No TaskInfo.
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/a/b.tar.gz?x=1, b.tar.gz, TAR",
    "https://u:p@h:1/b.zip, b.zip, ZIP",
    "file:///srv/b.gz, b.gz, GZIP",
    "file://localhost/srv/b.tgz, b.tgz, TAR",
    "/srv/b.tar.xz, b.tar.xz, TAR",
    "/srv/plain file, plain file,"
  })
  void aUriIsKnownByItsName(String uri, String output, Unpacking unpacking) throws Exception {
    SandboxFile file = file(CommandInfo.URI.newBuilder().setValue(uri));

    assertThat(file.output()).isEqualTo(Path.of(output));
    assertThat(file.unpacking()).isEqualTo(Optional.ofNullable(unpacking));
    assertThat(file.shown()).doesNotContain("u:p", "x=1");
    assertThat(file.source() instanceof Source.Remote).isEqualTo(uri.startsWith("http"));
  }

  @Test
  void whatIsNotToBeUnpackedStays() throws Exception {
    CommandInfo.URI.Builder uri = CommandInfo.URI.newBuilder().setValue("/srv/a.zip");

    assertThat(file(uri.clone().setExtract(false)).unpacking()).isEmpty();
    assertThat(file(uri.clone().setExecutable(true)).unpacking()).isEmpty();
    assertThat(file(uri.clone().setOutputFile("in/b")).output()).isEqualTo(Path.of("in/b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://h/x",
        "ftp://h/x",
        "s3://b/x",
        "relative/x",
        "http://h/",
        "http:///x",
        "http://h/a b",
        "file://other/x",
        "/",
        ""
      })
  void aUriThatCannotBeFetchedIsRefusedByName(String uri) {
    assertThat(refusal(with(CommandInfo.URI.newBuilder().setValue(uri))))
        .contains("Cannot fetch '" + uri);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/etc/x", "a//b", ".", "a/.", "", "a/", "a\nb"})
  void anOutputOutsideOfTheSandboxIsRefused(String output) {
    assertThat(refusal(with(CommandInfo.URI.newBuilder().setValue("/srv/x").setOutputFile(output))))
        .contains("Cannot fetch '/srv/x'", "within the sandbox");
  }

  private static TaskInfo.Builder with(CommandInfo.URI.Builder uri) {
    return task().setCommand(CommandInfo.newBuilder().setValue("true").addUris(uri));
  }

  private static SandboxFile file(CommandInfo.URI.Builder uri) throws ConfigException {
    return decode(with(uri)).files().get(0);
  }
}

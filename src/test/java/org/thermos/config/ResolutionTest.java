package org.thermos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.config.Assignment.ContainerKind;

/** Resolving what comes as JSON, and what golden/assigned has no case of. */
class ResolutionTest {
  private static final String TASK =
      "{'name': 't', 'resources': {'cpu': 1, 'ram': 1, 'disk': 1}, 'processes': [{'name': 'p',"
          + " 'cmdline': '{{thermos.user}} {{thermos.task_id}} {{mesos.instance}} {{mesos.hostname}}"
          + " {{thermos.ports[http]}}'}]}";
  private static final LaunchContext CONTEXT =
      new LaunchContext("task-1", "host", Map.of("http", 31000));

  private static Resolution resolve(String json) throws ConfigException {
    byte[] data = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return Resolution.of(Assignment.decode(data, CONTEXT), "me");
  }

  private static String cmdline(Resolution resolution) {
    return resolution.boundTask().task().processes().get(0).cmdline();
  }

  @Test
  void aBareTaskRunsAsTheExecutorsAccount() throws ConfigException {
    Resolution resolution = resolve(TASK);
    assertThat(cmdline(resolution)).isEqualTo("me task-1 0 host 31000");
    assertThat(resolution.role()).isEmpty();
    assertThat(resolution.healthCheck()).isEqualTo(HealthCheck.None.NONE);
    assertThat(resolution.lifecycle()).isEqualTo(new Lifecycle.Unmanaged("no lifecycle"));
    assertThat(resolution.announcement()).isEmpty();
    assertThat(resolution.runnerInput()).contains("{{thermos.ports[http]}}").contains(" 0 host ");
  }

  @Test
  void aJobRunsAsItsRole() throws ConfigException {
    Resolution resolution =
        resolve(" \n{'task': " + TASK + ", 'role': 'www', 'environment': 'prod', 'announce': {}}");
    assertThat(cmdline(resolution)).isEqualTo("www task-1 0 host 31000");
    Announcement announcement = resolution.announcement().orElseThrow();
    assertThat(announcement.path("/root")).isEqualTo("/root/www/prod/t");
    assertThat(announcement.primaryPort()).isEqualTo(31000);
    assertThat(resolution.ports()).isEqualTo(Map.of("http", 31000, "aurora", 31000));
  }

  @Test
  void aTaskInstanceKnowsItsNumber() throws ConfigException {
    Resolution resolution = resolve("{'instance': 3, 'role': 'www', 'task': " + TASK + "}");
    assertThat(cmdline(resolution)).isEqualTo("www task-1 3 host 31000");
    assertThat(resolution.instance().instance()).isEqualTo(3);
  }

  @Test
  void aJobWithoutAPlaceToAnnounceItIsRefused() {
    assertThatThrownBy(() -> resolve("{'task': " + TASK + ", 'announce': {}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("MesosJob[announce] needs a role");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'a': 1}", "{'instance': 1}", "{", "{'task': 1}"})
  void otherJsonIsRefused(String json) {
    assertThatThrownBy(() -> resolve(json))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Could not deserialize Thermos task from AssignedTask: ");
  }

  @Test
  void inADockerContainerTasksRunAsTheExecutorsAccount() throws ConfigException {
    Assignment assignment =
        new Assignment(
            "task-1",
            "host",
            5,
            Map.of("http", 31000),
            Optional.of(new JobKey("www", "prod", "job")),
            ContainerKind.DOCKER,
            ("{'task': " + TASK + "}").replace('\'', '"'));
    Resolution resolution = Resolution.of(assignment, "root");
    assertThat(cmdline(resolution)).isEqualTo("root task-1 5 host 31000");
    assertThat(resolution.role()).contains("www");
  }

  @Test
  void aHealthPortIsCheckedAndTheLifecycleUsesIt() throws ConfigException {
    Resolution resolution =
        resolve(
            "{'role': 'r', 'environment': 'e', 'announce': {'portmap': {'health': 'http'}},"
                + "'health_check_config': {'interval_secs': 4, 'initial_interval_secs': 10.5,"
                + " 'max_consecutive_failures': 2},"
                + "'lifecycle': {'http': {'shutdown_wait_secs': 60}}, 'task': "
                + TASK
                + "}");
    HealthCheck.Timing timing =
        new HealthCheck.Timing(
            Duration.ofSeconds(4), Duration.ofMillis(10_500), Duration.ofSeconds(1), 2, 1);
    assertThat(resolution.healthCheck())
        .isEqualTo(
            new HealthCheck.Http("http", 31000, "/health", "ok", StatusCodes.UNSPECIFIED, timing));
    assertThat(timing.forgivingAttempts()).isEqualTo(3);
    assertThat(timing.maxAttemptsToRunning()).isEqualTo(6);
    assertThat(resolution.announcement().orElseThrow().connectionTimeout())
        .isEqualTo(Duration.ofMillis(18_500));
    assertThat(resolution.lifecycle())
        .isEqualTo(
            new Lifecycle.Http(
                31000,
                List.of(
                    new Lifecycle.Step("/quitquitquit", Duration.ofSeconds(5)),
                    new Lifecycle.Step("/abortabortabort", Duration.ofMinutes(1)))));
  }

  /** Gaps 9.4 #54: aliases are resolved once, and whoever needs a port takes it from there. */
  @Test
  void everybodyKnowsTheAliasesOfPorts() throws ConfigException {
    String job =
        "{'role': 'r', 'environment': 'e', 'announce': {'primary_port': 'web', 'portmap':"
            + " {'web': 'http', 'health': 'admin', 'admin': '8080'}}, 'lifecycle': {'http': {'port':"
            + " 'web'}}, 'task': "
            + TASK.replace("{{thermos.ports[http]}}", "{{thermos.ports[web]}}")
            + "}";
    Resolution resolution = resolve(job);

    assertThat(resolution.ports())
        .isEqualTo(Map.of("http", 31000, "web", 31000, "health", 8080, "admin", 8080));
    assertThat(cmdline(resolution)).isEqualTo("r task-1 0 host 31000");
    assertThat(((HealthCheck.Http) resolution.healthCheck()).port()).isEqualTo(8080);
    assertThat(((Lifecycle.Http) resolution.lifecycle()).port()).isEqualTo(31000);
    assertThat(resolution.announcement().orElseThrow().primaryPort()).isEqualTo(31000);
    assertThat(resolution.warnings()).isEmpty();
  }

  /** Gaps 9.5 #62. */
  @Test
  void whatIsSaidInVainIsWarnedOf() throws ConfigException {
    String task =
        TASK.replace("'name': 't'", "'name': 't', 'user': 'me'")
            .replace("'name': 'p'", "'name': 'p', 'resources': {'cpu': 1, 'ram': 1, 'disk': 1}")
            .replace("{{thermos.user}}", "{{&&&&&&&&secret}}");
    Resolution resolution =
        resolve(
            "{'role': 'r', 'environment': 'e', 'announce': {'primary_port': 'main', 'portmap':"
                + " {'web': 'ht\\ntp'}}, 'task_links': {'a': 'b'}, 'task': "
                + task
                + "}");

    assertThat(resolution.warnings())
        .containsExactly(
            "Job: task_links are not shown anywhere",
            "Task: user is not used: processes run as the job's role or as --setuid says",
            "Process p: resources are not enforced per process, only those of the task",
            "Process p: an escaped tag has four ampersands or more and loses one, not all as in the"
                + " original: {{&text}} is enough for {{text}}",
            "Announcer: portmap has 'web' stand for 'ht?tp', which leads to no port of the task:"
                + " left out",
            "Announcer: the task has no port called 'main', its primary_port: port 0 is announced");
    assertThat(resolve(TASK).warnings()).isEmpty();
    assertThat(resolve("{'task_links': {}, 'task': " + TASK + "}").warnings()).isEmpty();
  }

  private static HealthCheck checker(String checker) throws ConfigException {
    return resolve(
            "{'announce': {'portmap': {'web': 'http'}, 'zk_path': '/p'}, 'health_check_config':"
                + " {'health_checker': "
                + checker
                + "}, 'task': "
                + TASK
                + "}")
        .healthCheck();
  }

  private static StatusCodes codes(String codes) throws ConfigException {
    return ((HealthCheck.Http)
            checker("{'http': {'port_name': 'http', 'expected_response_code': " + codes + "}}"))
        .expectedResponseCode();
  }

  @Test
  void anHttpCheckTakesAnyPortTlsAndRangesOfCodes() throws ConfigException {
    HealthCheck.Http http =
        (HealthCheck.Http)
            checker(
                "{'http': {'scheme': 'https', 'port_name': 'web', 'expected_response': '',"
                    + " 'expected_response_code': '200-399, 404'}}");
    assertThat(http.url()).isEqualTo("https://localhost:31000/health");
    assertThat(http.expectedResponseCode()).hasToString("200-399,404");
    assertThat(http.expectedResponseCode().contains(399)).isTrue();
    assertThat(http.expectedResponseCode().contains(403)).isFalse();
    assertThat(http.expectedResponseCode().contains(404)).isTrue();
  }

  @Test
  void oneExpectedCodeIsANumberOrTheTextOfOneAsEver() throws ConfigException {
    assertThat(codes("204")).isEqualTo(StatusCodes.of(204));
    assertThat(codes("'204'")).isEqualTo(StatusCodes.of(204));
    assertThat(codes("0")).isEqualTo(StatusCodes.UNSPECIFIED);
    assertThat(StatusCodes.UNSPECIFIED.contains(399)).isTrue();
    assertThat(StatusCodes.UNSPECIFIED.contains(400)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'400-300'", "'99-200'", "'200-600'", "'200-300-400'", "'1,2'"})
  void whatIsNoRangeOfCodesIsRefused(String codes) {
    assertThatThrownBy(() -> codes(codes))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is no range of status codes, which looks like 200-399 or 404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'200-'", "'ok'", "''"})
  void whatHasNothingOfARangeIsRefusedAsNoInteger(String codes) {
    assertThatThrownBy(() -> codes(codes))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nteger");
  }

  @Test
  void aTcpCheckConnectsToItsPort() throws ConfigException {
    HealthCheck.Tcp tcp = (HealthCheck.Tcp) checker("{'tcp': {'port_name': 'web'}}");
    assertThat(tcp.port()).isEqualTo(31000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'tcp': {}}", "{'http': {'port_name': 'no'}}"})
  void aPortThatIsAskedForByNameMustBeThere(String checker) {
    assertThatThrownBy(() -> checker(checker))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("[port_name] failed: the task has no port called")
        .hasMessageContaining("it has [http, web]");
  }

  @Test
  void aSchemeIsHttpOrHttps() {
    assertThatThrownBy(() -> checker("{'http': {'scheme': 'ftp', 'port_name': 'http'}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http, https");
  }

  @Test
  void aShellCheckKnowsAliasesOfPorts() throws ConfigException {
    HealthCheck.Shell shell =
        (HealthCheck.Shell)
            checker(
                "{'shell': {'shell_command': 'curl {{thermos.ports[web]}} {{mesos.instance}}'}}");
    assertThat(shell.command()).isEqualTo("curl 31000 0");
  }

  @Test
  void endlessTimesAreAsGoodAsEndless() throws ConfigException {
    Resolution resolution =
        resolve(
            "{'role': 'r', 'environment': 'e', 'announce': {}, 'health_check_config':"
                + " {'health_checker': {'shell': {'shell_command': 'true'}}, 'interval_secs': Infinity,"
                + " 'timeout_secs': 1e300, 'max_consecutive_failures': 99999999999}, 'task': "
                + TASK
                + "}");
    HealthCheck.Shell shell = (HealthCheck.Shell) resolution.healthCheck();
    assertThat(shell.timing().interval()).isGreaterThan(Duration.ofDays(36_000));
    assertThat(resolution.announcement().orElseThrow().connectionTimeout())
        .isGreaterThan(Duration.ofDays(36_000));
  }
}

package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thermos.config.Announcement;
import org.thermos.config.JobKey;

/** The announcer at a real ZooKeeper server, through connections that are cut and held up. */
@Timeout(60)
class AnnouncerServiceTest {
  private static final Duration TICK = Duration.ofMillis(200);
  private LocalZooKeeper server;
  private AnnouncerTrial trial;

  @BeforeEach
  void start() throws Exception {
    server = new LocalZooKeeper(TICK);
    trial = new AnnouncerTrial(server.port());
  }

  @AfterEach
  void stop() throws Exception {
    trial.close();
    server.close();
  }

  @Test
  void taskIsAnnouncedAsTheOriginalAnnouncesIt() throws Exception {
    AnnouncedTask task = trial.announce(trial.service(), 4);

    assertThat(trial.joined()).isEqualTo("/aurora/www/prod/web/member_0000000000");
    assertThat(trial.data(trial.members().get(0)))
        .isEqualTo(
            "{\"serviceEndpoint\": {\"host\": \"node1\", \"port\": 31004},"
                + " \"additionalEndpoints\": {\"http\": {\"host\": \"node1\", \"port\": 31004}},"
                + " \"status\": \"ALIVE\", \"shard\": 4}");
    Stat stat = trial.onlooker.exists(trial.members().get(0), false);
    assertThat(stat.getEphemeralOwner()).isNotZero();
    assertThat(trial.onlooker.getACL(AnnouncerTrial.PATH, new Stat()))
        .isEqualTo(AnnouncerTrial.OPEN);
    assertThat(task.disconnectedTime()).isZero();
  }

  @Test
  void settingsHostnameGoesBeforeTheAgents() throws Exception {
    trial.announce(trial.service(trial.withHostname("10.1.2.3")), 0);

    assertThat(trial.data(trial.joined()))
        .contains("\"host\": \"10.1.2.3\"")
        .doesNotContain("node1");
  }

  @Test
  void nodeDeletedByAnybodyIsMadeAgain() throws Exception {
    trial.announce(trial.service(), 0);
    String first = trial.joined();

    trial.onlooker.delete(first, -1);

    trial.next(AnnounceReport.Left.class);
    String second = trial.joined();
    assertThat(second).isNotEqualTo(first);
    trial.awaitMembers(second);
    trial.onlooker.delete(second, -1); // The new one is watched as well.
    trial.next(AnnounceReport.Left.class);
    trial.awaitMembers(trial.joined());
  }

  @Test
  void brokenConnectionChangesNothing() throws Exception {
    AnnouncedTask task = trial.announce(trial.service(), 0);
    String node = trial.joined();

    trial.proxy.cut();
    trial.await("connected again", () -> count("Connected to ZooKeeper") == 2);

    assertThat(trial.members()).containsExactly(node);
    assertThat(trial.reports).isEmpty();
    assertThat(task.disconnectedTime()).isZero();
    trial.onlooker.delete(node, -1); // Watched still.
    trial.next(AnnounceReport.Left.class);
    trial.joined();
  }

  @Test
  void nodeDeletedWhileThereIsNoConnectionIsMadeAgain() throws Exception {
    trial.announce(trial.service(), 0);
    String first = trial.joined();

    trial.proxy.sever();
    trial.onlooker.delete(first, -1);
    trial.proxy.restore();

    trial.next(AnnounceReport.Left.class);
    trial.awaitMembers(trial.joined());
  }

  @Test
  void sessionThatExpiredIsFollowedByAnother() throws Exception {
    trial.session = Duration.ofMillis(800);
    AnnouncedTask task = trial.announce(trial.service(), 0);
    String first = trial.joined();

    trial.proxy.sever();
    trial.awaitMembers();
    trial.proxy.restore();

    trial.rejoined(first);
    trial.await("announced", () -> task.disconnectedTime().isZero());
  }

  @Test
  void serverThatFallsSilentIsLeftAndItsExpiryNoticed() throws Exception {
    trial.session = Duration.ofMillis(800);
    trial.announce(trial.service(), 0);
    String first = trial.joined();

    trial.proxy.stall();
    trial.awaitMembers();
    trial.proxy.restore();

    trial.rejoined(first);
  }

  @Test
  void serverRestartedWithItsDataFindsEverybodyOnce() throws Exception {
    AnnouncerService service = trial.service();
    for (int shard = 0; shard < 3; shard++) {
      trial.announce(service, shard);
      trial.joined();
    }

    server.stop();
    trial.awaitLog("The connection to ZooKeeper broke");
    server.restart();
    trial.await("connected again", () -> count("Connected to ZooKeeper") >= 2);

    trial.await("three members", () -> trial.members().size() == 3 && shards().size() == 3);
  }

  @Test
  void lostAnswerToACreationMakesNoSecondMember() throws Exception {
    AnnouncerService service = trial.service(trial.gated());
    AnnouncedTask task = trial.announce(service, 0);
    AnnouncedTask sibling = trial.announce(service, 1);
    sibling.setHealthy(true);
    String other = trial.joined();

    trial.proxy.holdAnswers();
    task.setHealthy(true);
    trial.await("the node", () -> trial.members().size() == 2);
    trial.proxy.cut();
    trial.proxy.restore();

    String node = trial.joined();
    trial.awaitMembers(other, node);
    assertThat(node).endsWith("member_0000000001");
  }

  @Test
  void twinsWithTheSameDataDoNotTakeEachOthersNode() throws Exception {
    AnnouncerService service = trial.service(trial.gated());
    AnnouncedTask one = trial.announce(service, 0);
    AnnouncedTask twin = trial.announce(service, 0);
    trial.awaitLog("Connected to ZooKeeper");

    one.setHealthy(true);
    String first = trial.joined();
    one.setHealthy(false);
    trial.next(AnnounceReport.Left.class);
    trial.proxy.holdAnswers();
    one.setHealthy(true);
    twin.setHealthy(true);
    trial.await("both", () -> trial.members().size() == 2);
    trial.proxy.cut();
    trial.proxy.restore();

    Set<String> nodes = new HashSet<>(List.of(trial.joined(), trial.joined()));
    assertThat(nodes).hasSize(2).doesNotContain(first);
    assertThat(trial.members()).containsExactlyInAnyOrderElementsOf(nodes);
  }

  @Test
  void withdrawalDeletesTheNodeAndMayBeRepeated() throws Exception {
    AnnouncedTask task = trial.announce(trial.service(), 0);
    trial.joined();

    CompletableFuture<Withdrawal> first = task.withdraw(Duration.ofSeconds(10));
    CompletableFuture<Withdrawal> second = task.withdraw(Duration.ofSeconds(10));

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(Withdrawal.GONE);
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(Withdrawal.GONE);
    assertThat(trial.members()).isEmpty();
    assertThat(task.withdraw(Duration.ZERO).get(10, TimeUnit.SECONDS)).isEqualTo(Withdrawal.GONE);
  }

  @Test
  void withdrawalOfWhatWasNeverConnectedIsDoneAtOnce() throws Exception {
    trial.proxy.sever();
    AnnouncedTask task = trial.announce(trial.service(), 0);

    assertThat(task.withdraw(Duration.ofSeconds(60)).get(20, TimeUnit.SECONDS))
        .isEqualTo(Withdrawal.GONE);
    trial.proxy.restore();
    trial.awaitLog("Connected to ZooKeeper");
    trial.announce(trial.service(), 1);
    String other = trial.joined();
    assertThat(trial.members()).containsExactly(other);
  }

  @Test
  void withdrawalWhileJoiningLeavesNothingBehind() throws Exception {
    AnnouncerService service = trial.service(trial.gated());
    trial.announce(service, 1).setHealthy(true);
    String other = trial.joined();
    AnnouncedTask task = trial.announce(service, 0);
    trial.proxy.holdAnswers();
    task.setHealthy(true);
    trial.await("the node", () -> trial.members().size() == 2);

    CompletableFuture<Withdrawal> withdrawal = task.withdraw(Duration.ofMillis(200));

    assertThat(withdrawal.get(10, TimeUnit.SECONDS)).isEqualTo(Withdrawal.LEFT_TO_EXPIRY);
    trial.proxy.cut();
    trial.proxy.restore();
    trial.awaitMembers(other);
    trial.await("forgotten", () -> service.tasks() == 1);
  }

  @Test
  void taskWhoseNodeWasLeftToTheExpiryIsForgottenWithIt() throws Exception {
    trial.session = Duration.ofMillis(800);
    AnnouncerService service = trial.service();
    AnnouncedTask task = trial.announce(service, 0);
    trial.joined();
    trial.proxy.sever();

    assertThat(task.withdraw(Duration.ofMillis(1)).get(10, TimeUnit.SECONDS))
        .isEqualTo(Withdrawal.LEFT_TO_EXPIRY);
    assertThat(service.tasks()).isOne();
    trial.awaitMembers();
    trial.proxy.restore();

    trial.await("forgotten", () -> service.tasks() == 0);
  }

  @Test
  void gatedOnHealthTaskIsAnnouncedWhileHealthy() throws Exception {
    AnnouncedTask task = trial.announce(trial.service(trial.gated()), 0);
    trial.awaitLog("Connected to ZooKeeper");
    assertThat(trial.members()).isEmpty();
    assertThat(task.disconnectedTime()).isZero();

    task.setHealthy(true);
    trial.awaitMembers(trial.joined());
    task.setHealthy(false);
    trial.next(AnnounceReport.Left.class);
    trial.awaitMembers();
    task.setHealthy(true);
    trial.awaitMembers(trial.joined());
  }

  @Test
  void permissionsKeepStrangersFromDeleting() throws Exception {
    String identity = AuthenticationFile.digest("thermos:s3cret");
    trial.announce(
        trial.service(
            trial.with(
                new ZooKeeperAuthentication(
                    List.of(new ZooKeeperAuthentication.Credential("digest", "thermos:s3cret")),
                    List.of(
                        new ZooKeeperAuthentication.Permission(
                            "digest", identity, ZooDefs.Perms.ALL),
                        new ZooKeeperAuthentication.Permission(
                            "world", "anyone", ZooDefs.Perms.READ))))),
        0);
    String node = trial.joined();

    assertThat(trial.members()).containsExactly(node);
    assertThatThrownBy(() -> trial.onlooker.delete(node, -1))
        .isInstanceOf(KeeperException.NoAuthException.class);
    assertThatThrownBy(() -> trial.onlooker.setData(node, new byte[0], -1))
        .isInstanceOf(KeeperException.NoAuthException.class);
    trial.proxy.cut(); // Presented again on the next connection.
    trial.await("connected again", () -> count("Connected to ZooKeeper") == 2);
    trial.onlooker.addAuthInfo("digest", "thermos:s3cret".getBytes(StandardCharsets.UTF_8));
    trial.onlooker.delete(node, -1);
    trial.next(AnnounceReport.Left.class);
    trial.joined();
    assertThat(trial.log).noneMatch(line -> line.contains("s3cret") || line.contains(identity));
  }

  @Test
  void joinThatIsNotPermittedIsLoggedAndTriedAgain() throws Exception {
    trial.onlooker.create("/aurora", new byte[0], AnnouncerTrial.READABLE, CreateMode.PERSISTENT);
    trial.announce(trial.service(), 0);

    trial.awaitLog("ZooKeeper does not permit it (NOAUTH); trying again");
    trial.onlooker.delete("/aurora", -1);

    trial.awaitMembers(trial.joined());
  }

  @Test
  void refusedCredentialsAreSaidPlainly() throws Exception {
    trial.announce(
        trial.service(
            trial.with(
                new ZooKeeperAuthentication(
                    List.of(new ZooKeeperAuthentication.Credential("nosuch", "s3cret")),
                    List.of()))),
        0);

    trial.awaitLog("ZooKeeper refuses the credentials of --announcer-zookeeper-auth-config");
    assertThat(trial.reports).isEmpty();
    assertThat(trial.log).noneMatch(line -> line.contains("s3cret"));
  }

  @Test
  void pathOfItsOwnNeedsPermission() throws Exception {
    Announcement wish =
        new Announcement(
            1, Optional.of("/my//place/"), Optional.empty(), 0, Duration.ofSeconds(15));
    AnnouncedTask task = trial.service().announce(wish, Map.of(), "node1", trial.reports::add);

    assertThat(trial.next(AnnounceReport.Failed.class).message())
        .isEqualTo(
            "Cannot announce the task at /my//place/: the task names the path itself, by zk_path,"
                + " which this executor permits only with"
                + " --announcer-allow-custom-serverset-path.");
    assertThat(task.withdraw(Duration.ofSeconds(60)).get(20, TimeUnit.SECONDS))
        .isEqualTo(Withdrawal.GONE);
    trial
        .service(trial.permittingCustomPaths())
        .announce(wish, Map.of(), "node1", trial.reports::add);
    assertThat(trial.joined()).isEqualTo("/my/place/member_0000000000");
  }

  @Test
  void pathThatZooKeeperCannotHaveFailsTheTask() throws Exception {
    Announcement wish =
        new Announcement(
            1,
            Optional.empty(),
            Optional.of(new JobKey("..", "prod", "web")),
            0,
            Duration.ofSeconds(15));
    trial.service().announce(wish, Map.of(), "node1", trial.reports::add);

    assertThat(trial.next(AnnounceReport.Failed.class).message())
        .startsWith("Cannot announce the task at /aurora/../prod/web: ");
  }

  @Test
  void connectionThatNeverComesFailsTheTaskOnlyWithABudget() throws Exception {
    trial.proxy.sever();
    AnnouncedTask patient = trial.announce(trial.service(), 0);
    AnnouncedTask task = trial.announce(trial.service(trial.withBudget(Duration.ofMillis(300))), 1);

    assertThat(trial.next(AnnounceReport.Failed.class).message())
        .isEqualTo("Creating Announcer Serverset timed out.");
    assertThat(task.withdraw(Duration.ofSeconds(60)).get(20, TimeUnit.SECONDS))
        .isEqualTo(Withdrawal.GONE);
    assertThat(patient.disconnectedTime()).isPositive();
    trial.proxy.restore();
    String node = trial.joined();
    assertThat(trial.data(node)).contains("\"shard\": 0");
    assertThat(trial.members()).containsExactly(node);
  }

  @Test
  void manyTasksShareOneSessionAndNoThreadIsAdded() throws Exception {
    AnnouncerService service = trial.service();
    trial.announce(service, 0);
    trial.joined();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    List<AnnouncedTask> tasks = new ArrayList<>();
    for (int shard = 1; shard < 200; shard++) {
      tasks.add(trial.announce(service, shard));
    }
    for (int shard = 1; shard < 200; shard++) {
      trial.joined();
    }

    Set<Long> owners = new HashSet<>();
    for (String member : trial.members()) {
      owners.add(trial.onlooker.exists(member, false).getEphemeralOwner());
    }
    assertThat(owners).hasSize(1);
    assertThat(shards()).hasSize(200);
    assertThat(announcerThreads()).isSubsetOf(before);
    for (AnnouncedTask task : tasks) {
      assertThat(task.withdraw(Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS))
          .isEqualTo(Withdrawal.GONE);
    }
    assertThat(trial.members()).hasSize(1);
  }

  @Test
  void endOfTheServiceEndsWhatItAnnouncesAndItsThreads() throws Exception {
    AnnouncerService service = trial.service();
    AnnouncedTask task = trial.announce(service, 0);
    trial.joined();

    service.close();

    trial.awaitMembers();
    assertThat(task.withdraw(Duration.ofSeconds(60))).succeedsWithin(Duration.ofSeconds(20));
    service.close();
    trial.await("no announcer", () -> announcerThreads().isEmpty());
  }

  @Test
  void endOfTheServiceDoesNotWaitForASilentServer() throws Exception {
    AnnouncerService service = trial.service();
    AnnouncedTask task = trial.announce(service, 0);
    trial.joined();
    trial.proxy.stall();

    long begun = System.nanoTime();
    service.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(task.withdraw(Duration.ofSeconds(60))).succeedsWithin(Duration.ofSeconds(20));
  }

  private Set<String> shards() throws Exception {
    Set<String> shards = new HashSet<>();
    for (String member : trial.members()) {
      String data = trial.data(member);
      shards.add(data.substring(data.indexOf("\"shard\"")));
    }
    return shards;
  }

  private static Set<Thread> announcerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("announcer"))
        .collect(Collectors.toSet());
  }

  private long count(String part) {
    return List.copyOf(trial.log).stream().filter(it -> it.contains(part)).count();
  }
}

package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.thermos.config.Announcement;
import org.thermos.config.JobKey;
import org.thermos.log.Log;

/** An announcer at a ZooKeeper server through a proxy, and somebody who looks on without it. */
final class AnnouncerTrial implements AutoCloseable {
  static final String PATH = "/aurora/www/prod/web";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Not those of {@code ZooDefs.Ids}, whose class file makes javac complain. */
  static final List<ACL> OPEN = acl(ZooDefs.Perms.ALL);

  static final List<ACL> READABLE = acl(ZooDefs.Perms.READ);

  /** Longer than anything here is waited for: none of these expires. */
  Duration session = Duration.ofSeconds(30);

  final TcpProxy proxy;
  final ZooKeeper onlooker;
  final BlockingQueue<AnnounceReport> reports = new LinkedBlockingQueue<>();
  final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final List<AnnouncerService> services = new ArrayList<>();

  AnnouncerTrial(int serverPort) throws Exception {
    proxy = new TcpProxy(serverPort);
    onlooker =
        new ZooKeeper("127.0.0.1:" + serverPort, 30_000, event -> {}, new PlainClientConfig());
    await("the onlooker's connection", () -> onlooker.getState().isConnected());
  }

  /** Mutable: the client asks it whether it contains null. */
  private static List<ACL> acl(int permissions) {
    return new ArrayList<>(List.of(new ACL(permissions, new Id("world", "anyone"))));
  }

  AnnouncerService service() {
    return service(settings());
  }

  AnnouncerService service(AnnouncerSettings settings) {
    AnnouncerService service = new AnnouncerService(settings, recorder());
    services.add(service);
    return service;
  }

  AnnouncerSettings settings() {
    return settings(false, Optional.empty(), ZooKeeperAuthentication.NONE);
  }

  AnnouncerSettings gated() {
    return new AnnouncerSettings(
        proxy.address(),
        "/aurora",
        false,
        Optional.empty(),
        ZooKeeperAuthentication.NONE,
        Optional.empty(),
        true,
        session);
  }

  AnnouncerSettings with(ZooKeeperAuthentication authentication) {
    return settings(false, Optional.empty(), authentication);
  }

  AnnouncerSettings permittingCustomPaths() {
    return settings(true, Optional.empty(), ZooKeeperAuthentication.NONE);
  }

  AnnouncerSettings withHostname(String hostname) {
    return settings(false, Optional.of(hostname), ZooKeeperAuthentication.NONE);
  }

  AnnouncerSettings withBudget(Duration budget) {
    return new AnnouncerSettings(
        proxy.address(),
        "/aurora",
        false,
        Optional.empty(),
        ZooKeeperAuthentication.NONE,
        Optional.of(budget),
        false,
        session);
  }

  private AnnouncerSettings settings(
      boolean customPaths, Optional<String> hostname, ZooKeeperAuthentication authentication) {
    return new AnnouncerSettings(
        proxy.address(),
        "/aurora",
        customPaths,
        hostname,
        authentication,
        Optional.empty(),
        false,
        session);
  }

  AnnouncedTask announce(AnnouncerService service, int shard) {
    return service.announce(wish(shard), Map.of("http", 31000 + shard), "node1", reports::add);
  }

  static Announcement wish(int shard) {
    return new Announcement(
        31000 + shard,
        Optional.empty(),
        Optional.of(new JobKey("www", "prod", "web")),
        shard,
        Duration.ofSeconds(15));
  }

  /** The next report. */
  <T extends AnnounceReport> T next(Class<T> kind) throws InterruptedException {
    AnnounceReport report = reports.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(report).as("report; log: %s", log).isInstanceOf(kind);
    return kind.cast(report);
  }

  /**
   * Waits until the task is announced by another node, which is the only one. Sessions that are
   * short may expire more than once on a busy machine.
   */
  String rejoined(String first) throws Exception {
    next(AnnounceReport.Left.class);
    String[] node = {joined()};
    await(
        "one member other than " + first,
        () -> {
          while (!reports.isEmpty()) {
            next(AnnounceReport.Left.class);
            node[0] = joined();
          }
          return members().equals(List.of(node[0]));
        });
    assertThat(node[0]).isNotEqualTo(first);
    return node[0];
  }

  String joined() throws InterruptedException {
    return next(AnnounceReport.Joined.class).node();
  }

  List<String> members() throws Exception {
    try {
      return onlooker.getChildren(PATH, false).stream()
          .map(it -> PATH + "/" + it)
          .sorted()
          .toList();
    } catch (KeeperException.NoNodeException e) {
      return List.of();
    } catch (KeeperException.ConnectionLossException e) {
      return List.of("the onlooker has no connection");
    }
  }

  void awaitMembers(String... members) throws Exception {
    await("members " + List.of(members), () -> members().equals(List.of(members)));
  }

  String data(String node) throws Exception {
    return new String(onlooker.getData(node, false, new Stat()), StandardCharsets.UTF_8);
  }

  void awaitLog(String part) throws Exception {
    await(
        "'" + part + "' in the log",
        () -> List.copyOf(log).stream().anyMatch(it -> it.contains(part)));
  }

  void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("%s; log: %s", what, log).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private Log recorder() {
    return new Log() {
      @Override
      public void info(String message) {
        log.add(message);
      }

      @Override
      public void error(String message) {
        log.add(message);
      }
    };
  }

  @Override
  public void close() throws IOException {
    services.forEach(AnnouncerService::close);
    try {
      onlooker.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    proxy.close();
  }
}

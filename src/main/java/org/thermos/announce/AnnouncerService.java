package org.thermos.announce;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.thermos.config.Announcement;
import org.thermos.log.Log;
import org.thermos.log.TimerThread;

/**
 * Announces the tasks of one executor, all in one session and on one thread. The session is opened
 * with the first task, and ended with {@link #close}. Thread-safe.
 */
public final class AnnouncerService implements AutoCloseable {
  private final AnnouncerSettings settings;
  private final Log log;
  private final Supplier<Duration> clock;
  private final TimerThread loop;

  // All below belongs to the loop's thread.
  private final Set<Membership> memberships = new LinkedHashSet<>();
  private Optional<ZooKeeperSession> session = Optional.empty();
  private boolean connected;

  /** Opens nothing yet. */
  public AnnouncerService(AnnouncerSettings settings, Log log) {
    this(settings, log, () -> Duration.ofNanos(System.nanoTime()));
  }

  AnnouncerService(AnnouncerSettings settings, Log log, Supplier<Duration> clock) {
    this.settings = settings;
    this.log = log;
    this.clock = clock;
    this.loop = new TimerThread("announcer");
    loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // What is still answered after the end interests nobody.
    loop.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /**
   * Announces a task until it is withdrawn.
   *
   * @param ports every port by name
   * @param agentHost announced unless the settings name another
   * @param reports told on the announcer's thread, also when the task must not be announced as it
   *     wants to be
   */
  public AnnouncedTask announce(
      Announcement wish,
      Map<String, Integer> ports,
      String agentHost,
      Consumer<AnnounceReport> reports) {
    Optional<String> path = path(wish, reports);
    byte[] data =
        MemberData.of(
            settings.hostname().orElse(agentHost), wish.primaryPort(), ports, wish.shard());
    Membership membership = new Membership(settings, loop, clock, log, reports);
    path.ifPresent(it -> loop.execute(() -> begin(membership, it, data)));
    return membership;
  }

  private Optional<String> path(Announcement wish, Consumer<AnnounceReport> reports) {
    String problem =
        "the task names the path itself, by zk_path, which this executor permits only with"
            + " --announcer-allow-custom-serverset-path";
    if (settings.customPaths() || wish.customPath().isEmpty()) {
      try {
        return Optional.of(ServersetPath.normalized(wish.path(settings.serversetPath())));
      } catch (IllegalArgumentException e) {
        problem = e.getMessage();
      }
    }
    AnnounceReport report =
        new AnnounceReport.Failed(
            "Cannot announce the task at "
                + wish.path(settings.serversetPath())
                + ": "
                + problem
                + ".");
    loop.execute(() -> reports.accept(report));
    return Optional.empty();
  }

  private void begin(Membership membership, String path, byte[] data) {
    ZooKeeperSession opened = session.orElseGet(this::open);
    memberships.add(membership);
    membership.begin(
        new MemberNode(
            path, data, opened, loop, node -> heldByAnother(membership, node), membership::handle),
        () -> memberships.remove(membership));
    if (connected) {
      membership.handle(new AnnouncementEvent.Connected());
    }
  }

  private ZooKeeperSession open() {
    ZooKeeperLogging.install(log);
    ZooKeeperSession opened = new ZooKeeperSession(settings, loop, new Session(), log);
    session = Optional.of(opened);
    opened.start();
    return opened;
  }

  /** How many tasks may still have a node; for tests. */
  int tasks() throws Exception {
    return loop.submit(memberships::size).get();
  }

  private boolean heldByAnother(Membership asking, String node) {
    return memberships.stream().anyMatch(it -> it != asking && it.holds(node));
  }

  /** Ends the session, and so everything that is announced still; takes a few seconds at most. */
  @Override
  public void close() {
    loop.execute(this::end);
    loop.shutdown();
    try {
      if (!loop.awaitTermination(5, TimeUnit.SECONDS)) {
        log.error("Left the ZooKeeper session to its expiry: ending it took too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    session.ifPresent(ZooKeeperSession::close);
    List.copyOf(memberships)
        .forEach(it -> it.settle(connected ? Withdrawal.GONE : Withdrawal.LEFT_TO_EXPIRY));
    memberships.clear();
  }

  private void tell(AnnouncementEvent event) {
    List.copyOf(memberships).forEach(it -> it.handle(event));
  }

  private final class Session implements SessionListener {
    @Override
    public void connected() {
      connected = true;
      tell(new AnnouncementEvent.Connected());
    }

    @Override
    public void suspended() {
      connected = false;
      tell(new AnnouncementEvent.Suspended());
    }

    @Override
    public void expired() {
      connected = false;
      tell(new AnnouncementEvent.Expired());
    }
  }
}

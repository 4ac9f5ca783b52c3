package org.thermos.announce;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.CuratorZookeeperClient;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.thermos.log.Log;

/**
 * The one session of an executor, kept by Curator: a new one follows one that expired, for ever.
 *
 * <p>What is done goes to the very session that its caller was last told of, never to one that came
 * since: a node cannot be made twice in two sessions. Confined to the announcer's thread, except
 * for {@link #start}.
 */
final class ZooKeeperSession {
  /** Until the next attempt after the servers refused the credentials. */
  private static final int RENEWAL_SECONDS = 15;

  private final AnnouncerSettings settings;
  private final ScheduledExecutorService loop;
  private final SessionListener listener;
  private final Log log;
  private final CuratorZookeeperClient client;
  private Optional<ZooKeeper> current = Optional.empty();
  private boolean closed;

  /** Whether a renewal is to come: one failure may be told in more ways than one. */
  private boolean renewing;

  ZooKeeperSession(
      AnnouncerSettings settings,
      ScheduledExecutorService loop,
      SessionListener listener,
      Log log) {
    this.settings = settings;
    this.loop = loop;
    this.listener = listener;
    this.log = log;
    int timeoutMillis = (int) settings.sessionTimeout().toMillis();
    this.client =
        new CuratorZookeeperClient(
            this::open,
            new FixedEnsembleProvider(settings.ensemble()),
            timeoutMillis,
            timeoutMillis,
            event -> {},
            new RetryOneTime(1), // Needed by the constructor; what retries are our machines.
            false);
  }

  /** Begins to connect. */
  void start() {
    log.info("Connecting to ZooKeeper at " + settings.ensemble());
    try {
      client.start();
    } catch (Exception e) {
      renewLater("Cannot start a ZooKeeper client: " + e);
    }
  }

  /** The session, if it is usable. */
  Optional<ZooKeeper> current() {
    return current;
  }

  /** What the nodes are made with. */
  List<ACL> permissions() {
    List<ZooKeeperAuthentication.Permission> permissions = settings.authentication().permissions();
    if (permissions.isEmpty()) {
      return List.of(new ACL(ZooDefs.Perms.ALL, new Id("world", "anyone")));
    }
    return permissions.stream()
        .map(it -> new ACL(it.bits(), new Id(it.scheme(), it.identity())))
        .toList();
  }

  private ZooKeeper open(String servers, int timeoutMillis, Watcher curator, boolean readOnly)
      throws Exception {
    // No event gets ahead of the handle that it is about.
    CompletableFuture<ZooKeeper> self = new CompletableFuture<>();
    Watcher both =
        event -> {
          ZooKeeper handle = self.join();
          if (event.getType() == Watcher.Event.EventType.None) {
            loop.execute(() -> onState(handle, event.getState()));
          }
          curator.process(event);
        };
    try {
      ZooKeeper handle =
          new ZooKeeper(servers, timeoutMillis, both, readOnly, new PlainClientConfig());
      for (ZooKeeperAuthentication.Credential it : settings.authentication().credentials()) {
        handle.addAuthInfo(it.scheme(), it.secret().getBytes(StandardCharsets.UTF_8));
      }
      self.complete(handle);
      return handle;
    } catch (Exception e) {
      loop.execute(() -> renewLater("Cannot open a ZooKeeper session: " + e));
      throw e;
    }
  }

  private void onState(ZooKeeper handle, Watcher.Event.KeeperState state) {
    if (closed) {
      return;
    }
    switch (state) {
      case SyncConnected -> {
        log.info("Connected to ZooKeeper, session 0x" + Long.toHexString(handle.getSessionId()));
        current = Optional.of(handle);
        listener.connected();
      }
      case Disconnected -> {
        log.info("The connection to ZooKeeper broke; connecting again");
        listener.suspended();
      }
      case Expired -> {
        log.error("The ZooKeeper session expired; what it announced is announced again");
        drop();
      }
      case AuthFailed -> {
        drop();
        renewLater("ZooKeeper refuses the credentials of --announcer-zookeeper-auth-config");
      }
      default -> {}
    }
  }

  private void drop() {
    current = Optional.empty();
    listener.expired();
  }

  private void renewLater(String cause) {
    if (renewing || closed) {
      return;
    }
    renewing = true;
    log.error(cause + "; trying again in " + RENEWAL_SECONDS + " s");
    var unused = loop.schedule(this::renew, RENEWAL_SECONDS, TimeUnit.SECONDS);
  }

  private void renew() {
    renewing = false;
    if (closed) {
      return;
    }
    try {
      client.reset();
    } catch (Exception e) {
      renewLater("Cannot open a ZooKeeper session: " + e);
    }
  }

  /** Ends the session, and with it its nodes if there is a connection; takes 2 s at most. */
  void close() {
    closed = true;
    client.close();
    current = Optional.empty();
  }
}

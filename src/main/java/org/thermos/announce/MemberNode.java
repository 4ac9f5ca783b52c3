package org.thermos.announce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/**
 * Does to ZooKeeper what an announcement wants, and tells what came of it on the announcer's
 * thread.
 */
final class MemberNode {
  private final String path;
  private final byte[] data;
  private final ZooKeeperSession session;
  private final Executor loop;
  private final Predicate<String> heldByAnother;
  private final Consumer<AnnouncementEvent> events;

  /**
   * @param path of the serverset, normalized
   * @param heldByAnother which nodes of this session belong to other announcements
   */
  MemberNode(
      String path,
      byte[] data,
      ZooKeeperSession session,
      Executor loop,
      Predicate<String> heldByAnother,
      Consumer<AnnouncementEvent> events) {
    this.path = path;
    this.data = data;
    this.session = session;
    this.loop = loop;
    this.heldByAnother = heldByAnother;
    this.events = events;
  }

  void create(int operation) {
    use(operation, zooKeeper -> create(zooKeeper, operation, true));
  }

  private void create(ZooKeeper zooKeeper, int operation, boolean mayMakeParents) {
    zooKeeper.create(
        child(ServersetPath.MEMBER),
        data,
        session.permissions(),
        CreateMode.EPHEMERAL_SEQUENTIAL,
        (result, asked, context, made) ->
            answer(
                () -> {
                  Code code = Code.get(result);
                  if (code == Code.NONODE && mayMakeParents) {
                    makeParents(
                        zooKeeper, operation, path, () -> create(zooKeeper, operation, false));
                  } else {
                    tell(
                        Answers.unlessDone(operation, code, "join ServerSet " + path),
                        () -> new AnnouncementEvent.Created(operation, made));
                  }
                }),
        null);
  }

  /** From below, since whoever may use a node need not be permitted to make those above it. */
  private void makeParents(ZooKeeper zooKeeper, int operation, String parent, Runnable then) {
    zooKeeper.create(
        parent,
        new byte[0],
        session.permissions(),
        CreateMode.PERSISTENT,
        (result, asked, context, made) ->
            answer(
                () -> {
                  Code code = Code.get(result);
                  if (code == Code.OK || code == Code.NODEEXISTS) {
                    then.run();
                  } else if (code == Code.NONODE && !parent.equals("/")) {
                    makeParents(
                        zooKeeper,
                        operation,
                        ServersetPath.parent(parent),
                        () -> makeParents(zooKeeper, operation, parent, then));
                  } else {
                    // No member was asked for yet: that it is unanswered is no reason to search.
                    events.accept(
                        Answers.unlessDone(operation, code, "make " + parent + " in ZooKeeper")
                            .orElseThrow());
                  }
                }),
        null);
  }

  /** Looks through this session's members, the youngest first. */
  void search(int operation) {
    use(
        operation,
        zooKeeper ->
            zooKeeper.getChildren(
                path,
                false,
                (result, asked, context, children) ->
                    answer(
                        () -> {
                          Code code = Code.get(result);
                          if (code == Code.NONODE) {
                            events.accept(new AnnouncementEvent.Found(operation, Optional.empty()));
                            return;
                          }
                          Optional<AnnouncementEvent> problem =
                              Answers.unlessDone(operation, code, "look for members of " + path);
                          if (problem.isPresent()) {
                            events.accept(problem.get());
                            return;
                          }
                          List<String> members = new ArrayList<>(children);
                          members.removeIf(name -> !name.startsWith(ServersetPath.MEMBER));
                          members.sort(Comparator.naturalOrder());
                          examine(zooKeeper, operation, members);
                        }),
                null));
  }

  private void examine(ZooKeeper zooKeeper, int operation, List<String> members) {
    if (members.isEmpty()) {
      events.accept(new AnnouncementEvent.Found(operation, Optional.empty()));
      return;
    }
    String node = child(members.remove(members.size() - 1));
    zooKeeper.getData(
        node,
        false,
        (result, asked, context, content, stat) ->
            answer(
                () -> {
                  Code code = Code.get(result);
                  boolean ours =
                      code == Code.OK
                          && stat.getEphemeralOwner() == zooKeeper.getSessionId()
                          && Arrays.equals(content, data)
                          && !heldByAnother.test(node);
                  if (ours) {
                    events.accept(new AnnouncementEvent.Found(operation, Optional.of(node)));
                  } else if (code == Code.OK || code == Code.NONODE || code == Code.NOAUTH) {
                    examine(zooKeeper, operation, members); // NOAUTH: somebody else's.
                  } else {
                    events.accept(
                        Answers.unlessDone(operation, code, "read " + node).orElseThrow());
                  }
                }),
        null);
  }

  void watch(int operation, String node) {
    Watcher watcher =
        event -> {
          if (event.getType() == Watcher.Event.EventType.NodeDeleted) {
            answer(() -> events.accept(new AnnouncementEvent.Deleted(node)));
          }
        };
    use(
        operation,
        zooKeeper ->
            zooKeeper.exists(
                node,
                watcher,
                (result, asked, context, stat) ->
                    answer(
                        () -> {
                          Code code = Code.get(result);
                          if (code == Code.NONODE) {
                            events.accept(new AnnouncementEvent.Gone(operation));
                          } else {
                            tell(
                                Answers.unlessDone(operation, code, "watch " + node),
                                () -> new AnnouncementEvent.Watched(operation));
                          }
                        }),
                null));
  }

  void delete(int operation, String node) {
    use(
        operation,
        zooKeeper ->
            zooKeeper.delete(
                node,
                -1,
                (result, asked, context) ->
                    answer(
                        () -> {
                          Code code = Code.get(result);
                          tell(
                              code == Code.NONODE
                                  ? Optional.empty()
                                  : Answers.unlessDone(operation, code, "delete " + node),
                              () -> new AnnouncementEvent.Gone(operation));
                        }),
                null));
  }

  private void use(int operation, Consumer<ZooKeeper> what) {
    session
        .current()
        .ifPresentOrElse(
            what, () -> answer(() -> events.accept(new AnnouncementEvent.Unanswered(operation))));
  }

  private void tell(Optional<AnnouncementEvent> problem, Supplier<AnnouncementEvent> done) {
    events.accept(problem.orElseGet(done));
  }

  private void answer(Runnable what) {
    loop.execute(what);
  }

  private String child(String name) {
    return path.equals("/") ? path + name : path + "/" + name;
  }
}

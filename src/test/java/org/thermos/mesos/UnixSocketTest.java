package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent of 1.10 or later that serves its executors on a unix domain socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketTest {

  @TempDir Path folder;

  private HttpExecutorDriver driver;
  private final RecordingExecutor executor = new RecordingExecutor();
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  private static FakeAgent.Listener listen(Path path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    return new FakeAgent.Listener() {
      @Override
      public FakeAgent.Peer accept() throws IOException {
        SocketChannel channel = server.accept();
        // Not the streams of Channels: there a waiting read holds up a write.
        return new FakeAgent.Peer(
            new InputStream() {
              @Override
              public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
              }

              @Override
              public int read(byte[] buffer, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(buffer, offset, length));
              }
            },
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
              }

              @Override
              public void write(byte[] buffer, int offset, int length) throws IOException {
                ByteBuffer from = ByteBuffer.wrap(buffer, offset, length);
                while (from.hasRemaining()) {
                  channel.write(from);
                }
              }
            },
            channel);
      }

      @Override
      public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
      }
    };
  }

  private static Event event(org.apache.mesos.executor.Protos.Event unversioned) throws Exception {
    return Event.parseFrom(unversioned.toByteString());
  }

  private void start(Path socket, Duration exchange) throws Exception {
    MesosEnvironment environment =
        TestEnvironment.checkpointing(new AgentEndpoint.Unix(socket, "/slave(1)/api/v1/executor"));
    DriverTimings timings = DriverTimings.of(environment);
    driver =
        new HttpExecutorDriver(
            executor,
            environment,
            new DriverTimings(
                exchange,
                timings.registration(),
                timings.acknowledgements(),
                timings.shutdownGracePeriod(),
                timings.abandonedShutdown(),
                timings.recovery()),
            log::add);
    driver.start();
  }

  @AfterEach
  void endDriver() throws Exception {
    driver.abort();
    assertThat(driver.join(Duration.ofSeconds(15))).as("a blocked read ends").isTrue();
  }

  @Test
  void aWholeLife() throws Exception {
    Path socket = folder.resolve("agent.sock");
    try (FakeAgent agent = new FakeAgent(listen(socket))) {
      start(socket, Duration.ofSeconds(10));
      FakeAgent.Request subscribe = agent.next(Call.Type.SUBSCRIBE);
      assertThat(subscribe.head())
          .startsWith("POST /slave(1)/api/v1/executor HTTP/1.1\nHost: localhost\n");
      FakeAgent.Stream stream = subscribe.openStream();
      Event.Builder launch = event(MachineDriver.launch("task")).toBuilder();
      launch.getLaunchBuilder().getTaskBuilder().setData(ByteString.copyFrom(new byte[3_000_000]));
      stream.send(event(MachineDriver.subscribedEvent()), launch.build());
      executor.next(Callback.Registered.class);
      assertThat(executor.next(Callback.Launch.class).task().getData().size()).isEqualTo(3_000_000);

      driver.sendFrameworkMessage(new byte[3_000_000]);
      FakeAgent.Request message = agent.next(Call.Type.MESSAGE);
      assertThat(message.call().getMessage().getData().size()).isEqualTo(3_000_000);
      message.answer(202);

      stream.drop();
      executor.next(Callback.Disconnected.class);
      FakeAgent.Stream second = agent.nextSubscribe();
      second.send(event(MachineDriver.subscribedEvent()));
      executor.next(Callback.Reregistered.class);
    }
  }

  @Test
  void anAgentThatDoesNotAnswerIsNotWaitedForForEver() throws Exception {
    Path socket = folder.resolve("agent.sock");
    try (FakeAgent agent = new FakeAgent(listen(socket))) {
      start(socket, Duration.ofSeconds(1));
      agent.next(Call.Type.SUBSCRIBE);
      agent.subscribeInTime(executor);
      assertThat(log).first().asString().contains("timed out");
    }
  }

  @Test
  void aSocketThatIsNotThereYetIsTriedAgain() throws Exception {
    Path socket = folder.resolve("agent.sock");
    start(socket, Duration.ofSeconds(10));
    try (FakeAgent agent = new FakeAgent(listen(socket))) {
      agent.nextSubscribe().send(event(MachineDriver.subscribedEvent()));
      executor.next(Callback.Registered.class);
    }
  }
}

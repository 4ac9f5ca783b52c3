package org.thermos.mesos;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.thermos.http.HttpConnection;
import org.thermos.http.HttpFormatException;
import org.thermos.http.HttpResponse;
import org.thermos.mesos.AgentAnswer.Answered;
import org.thermos.mesos.AgentAnswer.Broken;
import org.thermos.mesos.AgentAnswer.NobodyListens;

/**
 * One connection to the agent and the exchanges over it, reported to the machine as events. One
 * thread uses it; any thread may close it, for good.
 */
final class AgentClient {

  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final AgentConnector connector;
  private final AgentEndpoint endpoint;
  private final Optional<AuthenticationToken> token;
  private final Consumer<Consumer<DriverMachine>> events;
  private final Consumer<String> log;
  private final Duration timeout;

  private Optional<HttpConnection> connection = Optional.empty();
  private boolean closed;

  AgentClient(
      AgentConnector connector,
      MesosEnvironment environment,
      Duration timeout,
      Consumer<Consumer<DriverMachine>> events,
      Consumer<String> log) {
    this.connector = connector;
    this.endpoint = environment.endpoint();
    this.token = environment.authenticationToken();
    this.events = events;
    this.log = log;
    this.timeout = timeout;
  }

  /** Opens the event stream and reads it to its end. */
  void subscribe(Call call) {
    AgentAnswer end = attempt(() -> stream(call.toByteString()));
    disconnect();
    events.accept(machine -> machine.streamEnded(end));
  }

  /** Asks for the agent's version. */
  void askVersion() {
    AgentAnswer answer =
        attempt(() -> answer(HttpRequest.get(endpoint, "/version").sendOver(fresh())));
    disconnect();
    events.accept(machine -> machine.versionAnswered(answer));
  }

  /** Posts a call; if it is accepted, holds the connection until the agent ends it. */
  void probe(Call call) {
    AgentAnswer answer = attempt(() -> answer(request(call.toByteString()).sendOver(fresh())));
    events.accept(machine -> machine.probeAnswered(answer));
    if (answer instanceof Answered answered && answered.status() == ACCEPTED) {
      AgentAnswer end = attempt(this::holdConnection);
      events.accept(machine -> machine.streamEnded(end));
    }
    disconnect();
  }

  /** Posts a call, on the connection of the one before if the agent has kept it. */
  void post(Call call) {
    AgentAnswer answer = attempt(() -> exchange(request(call.toByteString())));
    if (!(answer instanceof Answered)) {
      disconnect();
    }
    events.accept(machine -> machine.callAnswered(answer));
  }

  /** Ends the exchange at hand, and any later one before it begins. Any thread. */
  synchronized void close() {
    closed = true;
    disconnect();
  }

  private AgentAnswer stream(ByteString call) throws IOException {
    HttpConnection stream = fresh();
    HttpResponse response = request(call).sendOver(stream);
    if (response.status() != OK) {
      return new Answered(response.status(), response.readText());
    }
    RecordReader records = new RecordReader(response.body(), RecordReader.RECORD_LIMIT);
    stream.readTimeout(Duration.ZERO); // There may be nothing to tell for days.
    while (records.await()) {
      stream.readTimeout(timeout); // But what is begun must go on.
      records.next().ifPresent(this::receive);
      stream.readTimeout(Duration.ZERO);
    }
    return new Broken("the agent ended it");
  }

  private void receive(byte[] record) {
    try {
      Event event = Event.parseFrom(record);
      events.accept(machine -> machine.received(event));
    } catch (InvalidProtocolBufferException e) {
      log.accept(
          "Ignored an event of " + record.length + " bytes that cannot be read: " + e.getMessage());
    }
  }

  private AgentAnswer exchange(HttpRequest request) throws IOException {
    Optional<HttpConnection> kept = current();
    if (kept.isPresent()) {
      try {
        return answer(request.sendOver(kept.get()));
      } catch (HttpFormatException e) {
        throw e;
      } catch (IOException e) {
        // The agent may have ended an idle connection. Twice does no harm: updates bear a uuid.
        disconnect();
      }
    }
    return answer(request.sendOver(fresh()));
  }

  private AgentAnswer answer(HttpResponse response) throws IOException {
    Answered answer = new Answered(response.status(), response.readText());
    if (!response.keepsAlive()) {
      disconnect();
    }
    return answer;
  }

  private AgentAnswer holdConnection() throws IOException {
    HttpConnection held = current().orElseThrow(() -> new IOException("the agent ended it"));
    held.readTimeout(Duration.ZERO);
    held.awaitEnd();
    return new Broken("the agent ended it");
  }

  private HttpRequest request(ByteString call) {
    return HttpRequest.call(endpoint, token, call);
  }

  private interface Exchange {
    AgentAnswer perform() throws IOException;
  }

  private AgentAnswer attempt(Exchange exchange) {
    try {
      return exchange.perform();
    } catch (ConnectException e) {
      String detail = String.valueOf(e.getMessage());
      return detail.contains("refused")
          ? new NobodyListens("connection refused")
          : new Broken(detail);
    } catch (HttpFormatException | EOFException e) {
      return new Broken(e.getMessage());
    } catch (IOException e) {
      return new Broken(e.getClass().getSimpleName() + ": " + e.getMessage());
    } catch (OutOfMemoryError e) {
      return new Broken("it does not fit into memory (" + e.getMessage() + ")");
    } catch (RuntimeException | Error e) { // An exchange without an end would be waited for.
      log.accept("Cannot talk to the agent: " + StackTraces.text(e));
      return new Broken(e.toString());
    }
  }

  private HttpConnection fresh() throws IOException {
    disconnect();
    HttpConnection opened = connector.connect();
    synchronized (this) {
      if (closed) {
        opened.close();
        throw new IOException("the driver has ended");
      }
      connection = Optional.of(opened);
    }
    return opened;
  }

  private synchronized Optional<HttpConnection> current() {
    return connection;
  }

  private synchronized void disconnect() {
    connection.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException e) {
            log.accept("Cannot close a connection to the agent: " + e.getMessage());
          }
        });
    connection = Optional.empty();
  }
}

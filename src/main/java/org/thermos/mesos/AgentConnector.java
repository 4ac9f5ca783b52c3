package org.thermos.mesos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import org.thermos.http.HttpConnection;
import org.thermos.http.SocketTransport;
import org.thermos.http.TcpSockets;
import org.thermos.http.Transport;

/** Opens connections to the agent, over TCP, TLS or a unix domain socket. */
final class AgentConnector {

  private final AgentEndpoint endpoint;
  private final Optional<TlsSockets> tls;
  private final Duration timeout;

  /**
   * @param tls how to wrap TCP connections; a unix domain socket is never wrapped
   * @param timeout how long connecting may take, and then each read until the reader says otherwise
   */
  AgentConnector(AgentEndpoint endpoint, Optional<TlsSockets> tls, Duration timeout) {
    this.endpoint = endpoint;
    this.tls = tls;
    this.timeout = timeout;
  }

  HttpConnection connect() throws IOException {
    Transport transport =
        endpoint instanceof AgentEndpoint.Tcp tcp
            ? connect(tcp)
            : UnixTransport.connect(((AgentEndpoint.Unix) endpoint).socket());
    try {
      transport.readTimeout(timeout);
      return new HttpConnection(transport);
    } catch (IOException e) {
      transport.close();
      throw e;
    }
  }

  private Transport connect(AgentEndpoint.Tcp tcp) throws IOException {
    Socket wire = new Socket();
    try {
      TcpSockets.connect(wire, new InetSocketAddress(tcp.address(), tcp.port()), timeout);
      wire.setKeepAlive(true);
      wire.setSoTimeout((int) timeout.toMillis());
      return new SocketTransport(wire, tls.isPresent() ? tls.get().wrap(wire, tcp) : wire);
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }
}

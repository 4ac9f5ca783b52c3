package org.thermos.mesos;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

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
      wire.connect(new InetSocketAddress(tcp.address(), tcp.port()), (int) timeout.toMillis());
      if (wire.getLocalSocketAddress().equals(wire.getRemoteSocketAddress())) {
        // Linux lets a loopback connection meet itself where nobody listens.
        throw new ConnectException("Connection refused");
      }
      wire.setTcpNoDelay(true);
      wire.setKeepAlive(true);
      wire.setSoTimeout((int) timeout.toMillis());
      return new SocketTransport(wire, tls.isPresent() ? tls.get().wrap(wire, tcp) : wire);
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }
}

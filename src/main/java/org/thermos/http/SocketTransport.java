package org.thermos.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** TCP, with or without TLS on top. */
public final class SocketTransport implements Transport {

  private final Socket wire;
  private final Socket socket;

  /**
   * @param wire the TCP connection
   * @param socket the same, or the TLS socket over it
   */
  public SocketTransport(Socket wire, Socket socket) {
    this.wire = wire;
    this.socket = socket;
  }

  @Override
  public InputStream input() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public OutputStream output() throws IOException {
    return socket.getOutputStream();
  }

  @Override
  public void readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
  }

  @Override
  public void close() throws IOException {
    // Not the TLS socket: its closing handshake could wait for the reader it is meant to end.
    wire.close();
  }
}

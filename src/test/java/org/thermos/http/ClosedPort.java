package org.thermos.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port of this machine that refuses connections until the test listens there. It is bound all the
 * time, so that neither the kernel nor another test gives it to somebody else.
 */
public final class ClosedPort implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final Socket socket = new Socket();

  public ClosedPort() throws IOException {
    socket.setReuseAddress(true); // Lets a listener in beside it.
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  public int number() {
    return socket.getLocalPort();
  }

  /** Lets connections in from now on until this is closed. */
  public ServerSocket listen() throws IOException {
    return new ServerSocket(number(), BACKLOG, InetAddress.getLoopbackAddress());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

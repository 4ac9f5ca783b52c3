package org.thermos.executor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port of this machine that refuses connections until the test listens there. It is bound all the
 * time, so that neither the kernel nor another test gives it to somebody else.
 */
final class RefusedPort implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final Socket holder = new Socket();

  RefusedPort() throws IOException {
    holder.setReuseAddress(true); // Lets a listener in beside it.
    holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  int number() {
    return holder.getLocalPort();
  }

  /** Lets connections in from now on until this is closed. */
  ServerSocket listen() throws IOException {
    return new ServerSocket(number(), BACKLOG, InetAddress.getLoopbackAddress());
  }

  @Override
  public void close() throws IOException {
    holder.close();
  }
}

package org.thermos.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** TCP connections to programs on the same machine, more often than not. */
public final class TcpSockets {
  private TcpSockets() {}

  /**
   * Connects, which another thread may end by closing the socket.
   *
   * @param timeout zero for ever
   * @throws ConnectException also where a loopback connection met itself, which Linux lets it do
   *     where nobody listens
   */
  public static void connect(Socket socket, InetSocketAddress address, Duration timeout)
      throws IOException {
    socket.connect(address, (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
      throw new ConnectException("Connection refused");
    }
    socket.setTcpNoDelay(true);
  }
}

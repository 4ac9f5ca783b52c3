package org.thermos.announce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands between a client and a server and can cut connections, refuse new ones and hold bytes
 * back.
 */
final class TcpProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final List<Socket> open = new ArrayList<>();
  private boolean refusing;
  private boolean holdingAnswers;
  private boolean holdingAll;

  TcpProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    run(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Breaks the connections there are, throwing away what was held back. */
  synchronized void cut() {
    open.forEach(TcpProxy::quietly);
    open.clear();
  }

  /** Cuts, and lets nobody in until {@link #restore}. */
  synchronized void sever() {
    refusing = true;
    cut();
  }

  /** Keeps what the server says from the client. */
  synchronized void holdAnswers() {
    holdingAnswers = true;
  }

  /** Keeps the connections and lets nothing through in either direction. */
  synchronized void stall() {
    holdingAll = true;
  }

  synchronized void restore() {
    refusing = false;
    holdingAnswers = false;
    holdingAll = false;
    notifyAll();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sever();
    restore();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        serve(client);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private synchronized void serve(Socket client) {
    if (refusing) {
      quietly(client);
      return;
    }
    try {
      Socket server = new Socket();
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2000);
      open.add(client);
      open.add(server);
      run(() -> copy(client, server, false));
      run(() -> copy(server, client, true));
    } catch (IOException e) {
      quietly(client); // The server is down.
    }
  }

  private void copy(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[8192];
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        pass(from, answers);
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // Cut.
    } finally {
      quietly(from);
      quietly(to);
    }
  }

  private synchronized void pass(Socket from, boolean answers) throws IOException {
    while ((holdingAll || (answers && holdingAnswers)) && !from.isClosed()) {
      try {
        wait(100);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }
}

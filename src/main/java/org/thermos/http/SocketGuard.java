package org.thermos.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Holds the one socket that a thread is using, so that another can end whatever it waits for:
 * connecting, a handshake, an answer that drips. Any thread.
 */
public final class SocketGuard implements Closeable {
  private Optional<Socket> socket = Optional.empty();
  private boolean closed;
  private boolean expired;

  /** A new socket, in place of the one before; a thread that is interrupted closes it, too. */
  public synchronized Socket open() throws IOException {
    closeSocket();
    if (closed) {
      throw new SocketException("Socket closed");
    }
    socket = Optional.of(SocketChannel.open().socket()); // A plain Socket hears no interrupt.
    return socket.get();
  }

  /** The time is up. */
  public synchronized void expire() {
    expired = !closed;
    close();
  }

  /** Whether it was the time that ended it. */
  public synchronized boolean isExpired() {
    return expired;
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeSocket();
  }

  private void closeSocket() {
    try {
      if (socket.isPresent()) {
        socket.get().close();
      }
    } catch (IOException e) {
      // Closed all the same; nothing was left to be written.
    }
  }
}

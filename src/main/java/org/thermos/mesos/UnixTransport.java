package org.thermos.mesos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.thermos.http.Transport;

/** A unix domain socket. The JDK has no timeouts for these, so waiting goes through a selector. */
final class UnixTransport implements Transport {

  /** What fits sockaddr_un. */
  private static final int PATH_LIMIT = 108;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private volatile long readTimeoutMillis;

  private UnixTransport(SocketChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.key = channel.configureBlocking(false).register(selector, 0);
  }

  static UnixTransport connect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(shortened(path)));
    Selector selector = null;
    try {
      selector = Selector.open();
      return new UnixTransport(channel, selector);
    } catch (IOException e) {
      channel.close();
      if (selector != null) {
        selector.close();
      }
      throw e;
    }
  }

  /**
   * A path too long for the kernel may do when it starts where the executor does: in its sandbox.
   */
  private static Path shortened(Path path) {
    return path.isAbsolute() && path.toString().length() >= PATH_LIMIT
        ? Path.of("").toAbsolutePath().relativize(path)
        : path;
  }

  @Override
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer, offset, length);
        int count = channel.read(into);
        while (count == 0 && length > 0) {
          await(SelectionKey.OP_READ);
          count = channel.read(into);
        }
        return count;
      }
    };
  }

  @Override
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(buffer, offset, length);
        while (from.hasRemaining()) {
          if (channel.write(from) == 0) {
            await(SelectionKey.OP_WRITE);
          }
        }
      }
    };
  }

  private void await(int operation) throws IOException {
    try {
      key.interestOps(operation);
      selector.selectedKeys().clear();
      if (selector.select(readTimeoutMillis) == 0 && channel.isOpen()) {
        throw new SocketTimeoutException("Read timed out");
      }
    } catch (CancelledKeyException | ClosedSelectorException e) {
      // The connection was closed meanwhile: the read or write after this will say so.
      if (channel.isOpen()) {
        throw new IOException("Cannot wait on a unix domain socket", e);
      }
    }
  }

  @Override
  public void readTimeout(Duration timeout) {
    readTimeoutMillis = timeout.toMillis();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    selector.close();
  }
}

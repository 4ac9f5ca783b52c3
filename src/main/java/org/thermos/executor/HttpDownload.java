package org.thermos.executor;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gets one body over http or https. Redirects are followed, but not from https to http.
 *
 * @param maximumBytes of the body
 * @param left how much time there is still; zero or less ends it
 */
record HttpDownload(long maximumBytes, Supplier<Duration> left) {
  private static final int MAXIMUM_REDIRECTS = 10;
  private static final int OK = 200;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  /** Blocks; whatever goes wrong is told without the URI. */
  void into(URI uri, WritableByteChannel target) throws IOException {
    URI current = uri;
    for (int hops = 0; hops <= MAXIMUM_REDIRECTS; hops++) {
      HttpURLConnection connection = connect(current);
      try {
        int code = connection.getResponseCode();
        if (code == OK) {
          copy(connection, target);
          return;
        }
        if (!REDIRECTS.contains(code)) {
          throw new IOException("the answer is HTTP status " + code);
        }
        current = redirected(current, connection.getHeaderField("Location"));
      } finally {
        connection.disconnect();
      }
    }
    throw new IOException("it is redirected more than " + MAXIMUM_REDIRECTS + " times");
  }

  private HttpURLConnection connect(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept-Encoding", "identity");
    connection.setConnectTimeout(patience());
    connection.setReadTimeout(patience());
    return connection;
  }

  private int patience() throws IOException {
    Duration time = left.get();
    if (time.isZero() || time.isNegative()) {
      throw new IOException("it takes too long");
    }
    Duration bound = time.compareTo(LONGEST_SILENCE) < 0 ? time : LONGEST_SILENCE;
    return (int) Math.max(1, bound.toMillis());
  }

  private static URI redirected(URI from, String location) throws IOException {
    if (location == null) {
      throw new IOException("it is redirected to nowhere");
    }
    try {
      URI target = from.resolve(new URI(location));
      boolean sound = "https".equals(target.getScheme()) || "http".equals(from.getScheme());
      if (!sound || target.getHost() == null || !target.getScheme().startsWith("http")) {
        throw new IOException(
            "it is redirected to " + target.getScheme() + ", which is not followed");
      }
      return target;
    } catch (URISyntaxException e) {
      throw new IOException("it is redirected to what is no URI", e);
    }
  }

  private void copy(HttpURLConnection connection, WritableByteChannel target) throws IOException {
    long expected = connection.getContentLengthLong();
    long total = 0;
    byte[] buffer = new byte[16 * 1024];
    try (InputStream in = connection.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > maximumBytes) {
          throw new IOException("it has more than " + maximumBytes + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          target.write(bytes);
        }
        connection.setReadTimeout(patience());
      }
    }
    if (expected >= 0 && total != expected) {
      throw new IOException("only " + total + " of " + expected + " bytes came");
    }
  }
}

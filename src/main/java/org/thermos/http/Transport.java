package org.thermos.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A connected byte stream. One thread uses it; any thread may close it, which ends a blocked read.
 */
public interface Transport extends Closeable {

  InputStream input() throws IOException;

  OutputStream output() throws IOException;

  /** How long a read may wait for a byte; zero for ever. */
  void readTimeout(Duration timeout) throws IOException;
}

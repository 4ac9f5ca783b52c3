package org.thermos.monitor;

import java.io.IOException;
import java.nio.file.Path;

/** What to do about a directory that cannot be looked into: fail, or return to do without. */
public interface Unreadable<E extends Exception> {
  void met(Path directory, IOException why) throws E;
}

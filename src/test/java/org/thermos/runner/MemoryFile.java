package org.thermos.runner;

import java.util.Optional;

/** A small file that nobody has to clean up after. */
final class MemoryFile implements SmallFile {
  private byte[] content;

  MemoryFile(byte... content) {
    this.content = content;
  }

  byte[] content() {
    return content.clone();
  }

  @Override
  public Optional<byte[]> read(int limit) {
    return content.length == 0 ? Optional.empty() : Optional.of(content());
  }

  @Override
  public void replace(byte[] replacement) {
    content = replacement;
  }

  @Override
  public String toString() {
    return "/memory";
  }
}

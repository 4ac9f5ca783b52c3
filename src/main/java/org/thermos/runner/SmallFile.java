package org.thermos.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.thermos.checkpoint.DurableFile;
import org.thermos.log.ErrorText;

/** A file that is read and replaced as a whole, durably. */
interface SmallFile {
  /**
   * What it holds; empty if there is none.
   *
   * @param limit the most it may hold, in bytes
   */
  Optional<byte[]> read(int limit) throws IOException;

  /**
   * Gives it a new content.
   *
   * @throws IOException if it cannot be written; it is then as it was before
   */
  void replace(byte[] content) throws IOException;

  static SmallFile at(Path path) {
    return new SmallFile() {
      @Override
      public Optional<byte[]> read(int limit) throws IOException {
        return DurableFile.read(path, limit);
      }

      @Override
      public void replace(byte[] content) throws IOException {
        try {
          DurableFile.replace(path, content);
        } catch (IOException e) {
          throw new IOException("cannot write " + path + ": " + ErrorText.of(e), e);
        }
      }

      @Override
      public String toString() {
        return path.toString();
      }
    };
  }
}

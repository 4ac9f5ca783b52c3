package org.thermos.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.thermos.checkpoint.SimulatedFile.Mishaps;

/**
 * A small file on a simulated disk. Until a change is durable, a power cut may take it back.
 *
 * @param <T> what a content stands for
 */
final class SimulatedSmallFile<T> {
  /**
   * @param text the bytes, each one character
   */
  private record Content<T>(String text, Optional<T> meaning) {}

  private Optional<Content<T>> visible = Optional.empty();
  private Optional<Content<T>> durable = Optional.empty();

  /** What the file as it is now stands for. */
  Optional<T> meaning() {
    return visible.flatMap(Content::meaning);
  }

  /** Whether there is one that nothing can take back. */
  boolean isDurable() {
    return durable.isPresent() && durable.equals(visible);
  }

  void powerCut(Random random) {
    if (random.nextBoolean()) {
      visible = durable;
    }
    durable = visible;
  }

  /**
   * The file for one who may die over it.
   *
   * @param meaning what is written from now on stands for
   */
  SmallFile open(Mishaps mishaps, Optional<T> meaning) {
    return new SmallFile() {
      @Override
      public Optional<byte[]> read(int limit) {
        return visible.map(content -> content.text().getBytes(StandardCharsets.ISO_8859_1));
      }

      @Override
      public void replace(byte[] content) throws IOException {
        mishaps.beforeChange();
        visible =
            Optional.of(new Content<>(new String(content, StandardCharsets.ISO_8859_1), meaning));
        mishaps.beforeChange();
        durable = visible;
      }
    };
  }
}

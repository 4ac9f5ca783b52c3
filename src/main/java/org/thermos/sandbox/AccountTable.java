package org.thermos.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The entries of an image's passwd or group. Pure.
 *
 * @param file what it is called in messages
 * @param rows their fields: a name, a password, then ids
 */
record AccountTable(Path file, List<List<String>> rows) {
  static AccountTable of(Path file, String content) {
    return new AccountTable(
        file, content.lines().map(line -> Arrays.asList(line.split(":", -1))).toList());
  }

  /**
   * Whether a name has yet to be entered.
   *
   * @param ids the name's own id and whatever follows it
   * @throws IOException if it is there with other ids, or another name has its own id
   */
  boolean lacks(String name, List<String> ids) throws IOException {
    Optional<List<String>> row = with(0, name);
    if (row.isPresent()) {
      List<String> found = row.get().stream().skip(2).limit(ids.size()).toList();
      if (!found.equals(ids)) {
        throw new IOException(
            name + " is " + text(found) + " in the image's " + file + ", and not " + text(ids));
      }
      return false;
    }
    Optional<List<String>> other = with(2, ids.get(0));
    if (other.isPresent()) {
      throw new IOException(
          ids.get(0)
              + ", the id of "
              + name
              + ", is that of "
              + other.get().get(0)
              + " in the image's "
              + file);
    }
    return true;
  }

  private Optional<List<String>> with(int column, String value) {
    return rows.stream()
        .filter(row -> row.size() > column && row.get(column).equals(value))
        .findFirst();
  }

  private static String text(List<String> ids) {
    return String.join(":", ids);
  }
}

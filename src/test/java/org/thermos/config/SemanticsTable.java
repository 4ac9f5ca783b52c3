package org.thermos.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of golden/semantics: what the original made of an input. */
final class SemanticsTable {
  record Row(String name, String input, String result) {
    @Override
    public String toString() {
      return name;
    }
  }

  // Inputs may hold bars and line ends; the ticks around them tell where they end.
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| ([^\\n]*?) \\| `(.*?)` \\| ([^\\n]*) \\|$", Pattern.MULTILINE | Pattern.DOTALL);

  private SemanticsTable() {}

  /**
   * Reads the tables of a file, those of templates first.
   *
   * @return the rows of each table, in order
   */
  static List<List<Row>> read(String file) throws IOException {
    List<List<Row>> tables = new ArrayList<>();
    String text;
    try (InputStream in = SemanticsTable.class.getResourceAsStream("/golden/semantics/" + file)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String table : text.split("\n\n", -1)) {
      List<Row> rows = new ArrayList<>();
      Matcher row = ROW.matcher(table);
      while (row.find()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3)));
      }
      tables.add(rows);
    }
    return tables;
  }
}

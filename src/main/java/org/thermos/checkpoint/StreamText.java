package org.thermos.checkpoint;

import java.io.IOException;

/**
 * A stream record by record, as it lies in the file: number, offset, length, fields; at its end how
 * far it is intact.
 */
public final class StreamText {
  private StreamText() {}

  /**
   * Writes one line for every record that {@code reader} still has, and a last one for its end.
   *
   * @throws IOException if the file cannot be read or {@code out} not written
   */
  public static void write(RecordReader reader, Appendable out) throws IOException {
    int number = 0;
    ReadResult result = reader.next();
    while (result instanceof ReadResult.Intact intact) {
      out.append("#" + number + " off=" + intact.offset() + " len=" + intact.length() + " ")
          .append(RecordText.of(intact.record()))
          .append('\n');
      number++;
      result = reader.next();
    }
    if (result instanceof ReadResult.Torn torn) {
      out.append("#" + number + " off=" + torn.offset() + " TORN " + torn.reason() + "\n");
    } else if (result instanceof ReadResult.Corrupt corrupt) {
      out.append("#" + number + " off=" + corrupt.offset() + " CORRUPT " + corrupt.reason() + "\n");
    } else {
      out.append("# end: " + number + " records, " + reader.offset() + " bytes\n");
    }
  }
}

package org.thermos.resources;

/**
 * A task that takes more disk than it may.
 *
 * @param limit bytes
 * @param used bytes
 */
public record DiskOverrun(String task, long limit, long used) {
  /** As the original has it (health 7.10), with its two spaces. */
  public String message() {
    return "Disk limit exceeded.  Reserved " + limit + " bytes vs used " + used + " bytes.";
  }
}

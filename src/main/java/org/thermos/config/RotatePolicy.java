package org.thermos.config;

/**
 * When logs rotate.
 *
 * @param logSize bytes of a file before it is moved aside
 * @param backups how many older files are kept
 */
public record RotatePolicy(long logSize, int backups) {
  /** 100 MiB and five older files. */
  public static final RotatePolicy DEFAULT = new RotatePolicy(100L * 1024 * 1024, 5);
}

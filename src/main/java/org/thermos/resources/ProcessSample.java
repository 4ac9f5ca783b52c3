package org.thermos.resources;

/**
 * What some processes use together (health 7.10).
 *
 * @param cpu cores, between the last two looks
 * @param rss bytes
 * @param vms bytes
 * @param user CPU seconds
 * @param system CPU seconds
 * @param nice of one of them
 * @param status of one of them, as text; {@code None} if unknown
 */
public record ProcessSample(
    double cpu,
    long rss,
    long vms,
    double user,
    double system,
    int threads,
    int nice,
    String status) {
  static final ProcessSample NOTHING = new ProcessSample(0, 0, 0, 0, 0, 0, 0, "None");
}

package org.thermos.resources;

/**
 * What a task may use.
 *
 * @param cpu cores
 * @param ram bytes
 * @param disk bytes
 */
public record ResourceLimits(double cpu, long ram, long disk) {}

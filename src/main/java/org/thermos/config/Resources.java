package org.thermos.config;

/**
 * What a task asks for.
 *
 * @param cpu cores
 * @param ram bytes
 * @param disk bytes
 * @param gpu devices
 */
public record Resources(double cpu, long ram, long disk, long gpu) {}

package org.thermos.config;

/** What a job is known by in its cluster. */
public record JobKey(String role, String environment, String name) {}

package org.thermos.config;

/**
 * A validated task with nothing left to bind.
 *
 * @param task as it is to be run
 * @param json as it is kept beside the checkpoints, one line; of equal tasks it is equal
 */
public record BoundTask(Task task, String json) {}

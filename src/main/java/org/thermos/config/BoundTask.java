package org.thermos.config;

/**
 * A validated task with nothing left to bind.
 *
 * @param task as it is to be run
 * @param json as it is kept beside the checkpoints, one line; of equal tasks it is equal. Escaped
 *     tags are still escaped in it, so that it says again what it said: read or bound anew, it
 *     gives this bound task
 */
public record BoundTask(Task task, String json) {}

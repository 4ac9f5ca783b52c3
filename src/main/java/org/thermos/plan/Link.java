package org.thermos.plan;

/**
 * One process needs another to have finished.
 *
 * @param before number of the process that is needed
 * @param after number of the process that needs it
 */
record Link(int before, int after) {}

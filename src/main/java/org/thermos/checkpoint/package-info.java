/**
 * What a task leaves on disk: where its files lie, how records are framed and encoded, what they
 * add up to, and the append-only log they are written to (checkpoints 1). Knows nothing of who
 * writes and why.
 */
package org.thermos.checkpoint;

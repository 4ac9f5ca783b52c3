package org.thermos.checkpoint;

/** One record of a checkpoint stream (checkpoints 1.3). */
public sealed interface CheckpointRecord permits RunnerHeader, TaskStatus, ProcessStatus {}

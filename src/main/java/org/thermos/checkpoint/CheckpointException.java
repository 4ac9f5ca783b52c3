package org.thermos.checkpoint;

/** A record cannot be understood, or does not fit what came before it. */
public class CheckpointException extends Exception {
  public CheckpointException(String message) {
    super(message);
  }
}

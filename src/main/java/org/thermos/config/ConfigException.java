package org.thermos.config;

/** A configuration is refused. The message names the field and the reason, for whoever wrote it. */
public final class ConfigException extends Exception {

  /** What is wrong, as far as callers act differently on it. */
  public enum Kind {
    /** Not decodable, or not of the schema's shape (the original's runner: exit 2). */
    UNREADABLE,
    /** The task refers to ports that were not given (the original's runner: exit 101). */
    UNBOUND_PORTS,
    /** Well-formed, but no task that could run (the runner: exit 102). */
    INVALID
  }

  private final Kind kind;

  public ConfigException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ConfigException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  static ConfigException invalid(String message) {
    return new ConfigException(Kind.INVALID, message);
  }
}

package org.thermos.announce;

import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A ZooKeeper client that speaks plain TCP and knows no SASL: without it, every client loads the
 * classes for TLS, and Netty for their sake.
 */
final class PlainClientConfig extends ZKClientConfig {
  /** How long closing may wait for an answer, in milliseconds. */
  private static final String CLOSE_LIMIT = "2000";

  PlainClientConfig() {
    setProperty(ENABLE_CLIENT_SASL_KEY, "false");
    setProperty(ZOOKEEPER_REQUEST_TIMEOUT, CLOSE_LIMIT);
  }

  /** System properties are not asked: those for TLS and SASL are all there is to them. */
  @Override
  protected void handleBackwardCompatibility() {}
}

package org.thermos.announce;

/** Told what becomes of the session, on the announcer's thread. */
interface SessionListener {
  void connected();

  void suspended();

  void expired();
}

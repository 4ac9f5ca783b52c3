package org.thermos.process;

/** The numbers of wire.h: types of frames. */
final class Wire {
  static final int VERSION = 2;
  static final int MAX_FRAME = 32 << 20;

  static final int LOCK = 1;
  static final int UNLOCK = 2;
  static final int HOLDER = 3;
  static final int LAUNCH = 4;
  static final int SPAWN = 5;
  static final int SIGNAL = 6;
  static final int KILL_TREE = 7;
  static final int WATCH_PID = 8;
  static final int WATCH_DIRECTORY = 9;
  static final int TIMER = 10;
  static final int ECHO = 11;
  static final int QUIT = 12;
  static final int RUN = 13;
  static final int FORGET_DIRECTORY = 14;
  static final int METER = 20;

  static final int HELLO = 128;
  static final int DONE = 129;
  static final int REFUSED = 130;
  static final int EXITED = 131;
  static final int GONE = 132;
  static final int CHANGED = 133;
  static final int TIMER_FIRED = 134;
  static final int ECHOED = 135;
  static final int COMPLAINT = 136;
  static final int RESULT = 137;
  static final int RECORDED = 138;
  static final int WARNING = 139;

  /** How a command ended, in a result. */
  static final int RUN_ENDED = 0;

  static final int RUN_TIMED_OUT = 1;
  static final int RUN_NOT_STARTED = 2;
  static final int METERED = 144;
  static final int METER_ENDED = 145;

  private Wire() {}
}

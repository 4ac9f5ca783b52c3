package org.thermos.mesos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects effects in the order they are decided on. */
final class EffectList {

  private final List<Effect> effects = new ArrayList<>();
  private String lastTrouble = "";

  void add(Effect effect) {
    effects.add(effect);
  }

  void setTimer(Timer timer, Duration after) {
    effects.add(new Effect.SetTimer(timer, after));
  }

  void clearTimer(Timer timer) {
    effects.add(new Effect.ClearTimer(timer));
  }

  void log(String line) {
    effects.add(new Effect.Log(line));
  }

  /** Logs it, unless it is the same as last time: retries would fill a log. */
  void trouble(String line) {
    if (!line.equals(lastTrouble)) {
      lastTrouble = line;
      log(line);
    }
  }

  /** What is trouble next is news again. */
  void troubleIsOver() {
    lastTrouble = "";
  }

  /** Everything since the last time. */
  List<Effect> take() {
    List<Effect> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }
}

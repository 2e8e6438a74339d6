package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A lane key's breaker opened, half-opened, let a task through as a probe, or closed again. */
@Name("meshkit.BreakerChange")
@Label("Breaker Change")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class BreakerChangeEvent extends Event {
  @Label("Key")
  String key = "";

  @Label("State")
  String state = "";

  @Label("Failures")
  int failures;

  @Label("Pause")
  @Timespan(Timespan.MILLISECONDS)
  long pauseMs;

  /**
   * Records it, if a recording wants it.
   *
   * @param key the lane key: a peer
   * @param state OPEN; HALF_OPEN, its pause being over; PROBING, a task being let through; CLOSED
   * @param failures to reach it, in a row
   * @param pauseMs until one task may try; 0 unless OPEN
   */
  public static void emit(String key, String state, int failures, long pauseMs) {
    var event = new BreakerChangeEvent();
    if (!event.isEnabled()) return;
    event.key = key;
    event.state = state;
    event.failures = failures;
    event.pauseMs = pauseMs;
    event.commit();
  }
}

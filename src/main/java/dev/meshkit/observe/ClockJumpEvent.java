package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A clock that went further, or less far, than the monotonic one says. */
@Name("meshkit.ClockJump")
@Label("Clock Jump")
@Category({"MeshKit", "Node"})
@StackTrace(false)
public final class ClockJumpEvent extends Event {
  @Label("Clock")
  String clock = "";

  @Label("By")
  @Timespan(Timespan.MILLISECONDS)
  long by;

  /** Records one; negative when it was set back. */
  public static void emit(String clock, long byMs) {
    var event = new ClockJumpEvent();
    if (!event.shouldCommit()) return;
    event.clock = clock;
    event.by = byMs;
    event.commit();
  }
}

package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The wall clock moved against the queue clock. */
@Name("meshkit.ClockJump")
@Label("Clock Jump")
@Category({"MeshKit", "Store"})
@StackTrace(false)
public final class ClockJumpEvent extends Event {
  @Label("File")
  String file = "";

  @Label("By")
  @Timespan(Timespan.MILLISECONDS)
  long by;

  /**
   * Records it, if a recording wants it.
   *
   * @param file the database
   * @param byMs by how much, in milliseconds; negative if it was set back
   */
  public static void emit(String file, long byMs) {
    var event = new ClockJumpEvent();
    if (!event.shouldCommit()) return;
    event.file = file;
    event.by = byMs;
    event.commit();
  }
}

package dev.meshkit.pipeline;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A cancelled branch ignores its interruption; its combinator still waits for it. */
@Name("meshkit.SlowCancel")
@Label("Slow Cancel")
@Category({"MeshKit", "Pipeline"})
@StackTrace(false)
final class SlowCancelEvent extends Event {
  @Label("Combinator")
  String combinator = "";

  @Label("Branch")
  int branch;

  @Label("Waited")
  @Timespan(Timespan.MILLISECONDS)
  long waitedMs;

  /** Records it, if a recording wants it. */
  static void emit(String combinator, int branch, long waitedMs) {
    var event = new SlowCancelEvent();
    if (!event.isEnabled()) return;
    event.combinator = combinator;
    event.branch = branch;
    event.waitedMs = waitedMs;
    event.commit();
  }
}

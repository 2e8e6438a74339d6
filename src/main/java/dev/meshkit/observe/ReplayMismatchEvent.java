package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A branch does other things than are recorded of its run, which is parked. */
@Name("meshkit.ReplayMismatch")
@Label("Replay Mismatch")
@Category({"MeshKit", "Gate"})
@StackTrace(false)
public final class ReplayMismatchEvent extends Event {
  @Label("Run")
  String run = "";

  @Label("Step")
  String step = "";

  @Label("Why")
  String why = "";

  /** Records it, if a recording wants it. */
  public static void emit(String run, String step, String why) {
    var event = new ReplayMismatchEvent();
    if (!event.isEnabled()) return;
    event.run = run;
    event.step = step;
    event.why = why;
    event.commit();
  }
}

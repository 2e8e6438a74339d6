package dev.meshkit.pipeline;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A branch threw after its combinator was decided; the outcome stands. */
@Name("meshkit.LateException")
@Label("Late Exception")
@Category({"MeshKit", "Pipeline"})
@StackTrace(false)
final class LateExceptionEvent extends Event {
  @Label("Combinator")
  String combinator = "";

  @Label("Thrown")
  String thrown = "";

  /** Records it, if a recording wants it. */
  static void emit(String combinator, String thrown) {
    var event = new LateExceptionEvent();
    if (!event.isEnabled()) return;
    event.combinator = combinator;
    event.thrown = thrown;
    event.commit();
  }
}

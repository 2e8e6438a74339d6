package dev.meshkit.pipeline;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An action of a compensation threw or overran its time; the rest ran. */
@Name("meshkit.CompensationFailed")
@Label("Compensation Failed")
@Category({"MeshKit", "Pipeline"})
@StackTrace(false)
final class CompensationFailedEvent extends Event {
  @Label("Scope")
  String scope = "";

  @Label("Action")
  String action = "";

  @Label("Why")
  String why = "";

  /** Records it, if a recording wants it. */
  static void emit(String scope, String action, String why) {
    var event = new CompensationFailedEvent();
    if (!event.isEnabled()) return;
    event.scope = scope;
    event.action = action;
    event.why = why;
    event.commit();
  }
}

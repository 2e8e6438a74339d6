package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Which version of a change runs for a subject; asked for as often as work begins, so off unless
 * wanted.
 */
@Name("meshkit.GateDecision")
@Label("Gate Decision")
@Category({"MeshKit", "Gate"})
@StackTrace(false)
public final class GateDecisionEvent extends Event {
  @Label("Change")
  String change = "";

  @Label("Subject")
  String subject = "";

  @Label("Version")
  int version;

  @Label("Source")
  String source = "";

  /** Records it, if a recording wants it. */
  public static void emit(String change, String subject, int version, String source) {
    var event = new GateDecisionEvent();
    if (!event.isEnabled()) return;
    event.change = change;
    event.subject = subject;
    event.version = version;
    event.source = source;
    event.commit();
  }
}

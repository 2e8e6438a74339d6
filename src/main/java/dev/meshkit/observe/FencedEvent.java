package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A run met the fence of a later leader: nothing was recorded. */
@Name("meshkit.Fenced")
@Label("Fenced")
@Category({"MeshKit", "Gate"})
@StackTrace(false)
public final class FencedEvent extends Event {
  @Label("Scope")
  String scope = "";

  @Label("Resource")
  String resource = "";

  /** Records it, if a recording wants it. */
  public static void emit(String scope, String resource) {
    var event = new FencedEvent();
    if (!event.isEnabled()) return;
    event.scope = scope;
    event.resource = resource;
    event.commit();
  }
}

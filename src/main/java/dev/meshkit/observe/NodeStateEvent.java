package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A node moved on in its life. */
@Name("meshkit.NodeState")
@Label("Node State")
@Category({"MeshKit", "Node"})
@StackTrace(false)
public final class NodeStateEvent extends Event {
  @Label("State")
  String state = "";

  @Label("Cause")
  String cause = "";

  /** Records it, if a recording wants it. */
  public static void emit(String state, String cause) {
    var event = new NodeStateEvent();
    if (!event.isEnabled()) return;
    event.state = state;
    event.cause = cause;
    event.commit();
  }
}

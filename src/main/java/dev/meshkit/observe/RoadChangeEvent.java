package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What carries the streams with a peer is another road than before, or none. */
@Name("meshkit.RoadChange")
@Label("Road Change")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class RoadChangeEvent extends Event {
  @Label("Peer")
  String peer = "";

  @Label("From")
  String from = "";

  @Label("To")
  String to = "";

  @Label("Reason")
  String reason = "";

  /** Records it, if a recording wants it; the roads are NONE, H3, H2, LEGACY or BLOCKED. */
  public static void emit(String peer, String from, String to, String reason) {
    var event = new RoadChangeEvent();
    if (!event.isEnabled()) return;
    event.peer = peer;
    event.from = from;
    event.to = to;
    event.reason = reason;
    event.commit();
  }
}

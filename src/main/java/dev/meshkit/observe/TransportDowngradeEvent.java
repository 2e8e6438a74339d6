package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A peer was reached over HTTP/2 though HTTP/3 is permitted. */
@Name("meshkit.TransportDowngrade")
@Label("Transport Downgrade")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class TransportDowngradeEvent extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Reason")
  String reason = "";

  /** Records it, if a recording wants it. */
  public static void emit(String peer, String reason) {
    var event = new TransportDowngradeEvent();
    if (!event.isEnabled()) return;
    event.peer = peer;
    event.reason = reason;
    event.commit();
  }
}

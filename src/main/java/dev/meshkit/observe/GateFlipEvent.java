package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A link uses another version of the transport than before, or cannot and stays where it is. */
@Name("meshkit.GateFlip")
@Label("Gate Flip")
@Category({"MeshKit", "Gate"})
@StackTrace(false)
public final class GateFlipEvent extends Event {
  @Label("Change")
  String change = "";

  @Label("Peer")
  String peer = "";

  @Label("From")
  int from;

  @Label("To")
  int to;

  @Label("Cause")
  String cause = "";

  /**
   * One of them.
   *
   * @param from the version it used; 0, as {@code to} is, if it stays
   * @param cause why, or the code of why not
   */
  public record Flip(String change, String peer, int from, int to, String cause) {}

  /** Records it, if a recording wants it. */
  public static void emit(Flip flip) {
    var event = new GateFlipEvent();
    if (!event.isEnabled()) return;
    event.change = flip.change();
    event.peer = flip.peer();
    event.from = flip.from();
    event.to = flip.to();
    event.cause = flip.cause();
    event.commit();
  }
}

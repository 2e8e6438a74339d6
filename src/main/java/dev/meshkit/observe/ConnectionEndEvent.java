package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A connection with a peer is over: a road that this node dialled, or one that the peer did. */
@Name("meshkit.ConnectionEnd")
@Label("Connection End")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class ConnectionEndEvent extends Event {
  @Label("Side")
  String side = "";

  @Label("Road")
  String road = "";

  @Label("Peer")
  String peer = "";

  @Label("Cause")
  String cause = "";

  @Label("Age")
  @Timespan(Timespan.MILLISECONDS)
  long age;

  @Label("Streams")
  @jdk.jfr.Description("Duplex calls that were opened on it")
  long streams;

  @Label("Lost")
  @jdk.jfr.Description("Duplex calls that were still open, or that the peer has cut")
  long lost;

  @Label("Round Trip")
  @Timespan(Timespan.NANOSECONDS)
  long srtt;

  /**
   * Between whom.
   *
   * @param side CLIENT if this node dialled, else SERVER
   * @param road H3, H2 or LEGACY
   * @param peer who is at the other end, or empty when he was not let in
   */
  public record Ends(String side, String road, String peer) {}

  /**
   * How it was.
   *
   * @param cause LOST, IDLE, UNWANTED, BLOCKED, FAILED, CLOSED, or why another took its place; of a
   *     connection that was accepted LOST, LEFT in good order, REFUSED or CLOSED
   * @param ageMs since its handshake
   * @param streams duplex calls opened on it
   * @param lost duplex calls still open, and of a connection that was accepted those that the peer
   *     has cut before
   * @param roundTripNanos as last measured, 0 if never
   */
  public record End(String cause, long ageMs, long streams, long lost, long roundTripNanos) {}

  /** Records it, if a recording wants it. */
  public static void emit(Ends ends, End end) {
    var event = new ConnectionEndEvent();
    if (!event.isEnabled()) return;
    event.side = ends.side();
    event.road = ends.road();
    event.peer = ends.peer();
    event.cause = end.cause();
    event.age = end.ageMs();
    event.streams = end.streams();
    event.lost = end.lost();
    event.srtt = end.roundTripNanos();
    event.commit();
  }
}

package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A road that this node dialled is given up. */
@Name("meshkit.ConnectionEnd")
@Label("Connection End")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class ConnectionEndEvent extends Event {
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
  @jdk.jfr.Description("Duplex calls that were still open")
  long lost;

  @Label("Round Trip")
  @Timespan(Timespan.NANOSECONDS)
  long srtt;

  /**
   * How it was.
   *
   * @param peer whose road
   * @param cause LOST, IDLE, REPLACED, UNWANTED or CLOSED
   * @param ageMs since its handshake
   * @param streams duplex calls opened on it
   * @param lost duplex calls still open
   * @param roundTripNanos as last measured, 0 if never
   */
  public record End(
      String peer, String cause, long ageMs, long streams, long lost, long roundTripNanos) {}

  /** Records it, if a recording wants it. */
  public static void emit(End end) {
    var event = new ConnectionEndEvent();
    if (!event.isEnabled()) return;
    event.peer = end.peer();
    event.cause = end.cause();
    event.age = end.ageMs();
    event.streams = end.streams();
    event.lost = end.lost();
    event.srtt = end.roundTripNanos();
    event.commit();
  }
}

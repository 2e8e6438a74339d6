package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** A TLS handshake with a peer, from its first byte to its outcome. */
@Name("meshkit.Handshake")
@Label("Handshake")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class HandshakeEvent extends Event {
  @Label("Side")
  String side = "";

  @Label("Road")
  String road = "";

  @Label("Peer")
  String peer = "";

  @Label("Group")
  String group = "";

  @Label("Code")
  String code = "";

  @Label("Not After")
  @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
  long notAfter;

  /**
   * How it went.
   *
   * @param side CLIENT or SERVER
   * @param road H3, H2 or LEGACY
   * @param peer who it was, or empty when that never became known
   * @param group the key exchange group, or empty
   * @param code empty when it worked, else the MK code
   * @param notAfter end of the peer certificate's life, ms since the epoch; 0 when unknown
   */
  public record Outcome(
      String side, String road, String peer, String group, String code, long notAfter) {}

  /** A running event, begun now. */
  public static HandshakeEvent started() {
    var event = new HandshakeEvent();
    event.begin();
    return event;
  }

  /**
   * One that is over, of which nobody knows when it began: an instant, without a duration. So are
   * all that were accepted, since who accepts hears of them only then.
   */
  public static void over(Outcome outcome) {
    new HandshakeEvent().end(outcome);
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(Outcome outcome) {
    end();
    if (!shouldCommit()) return;
    this.side = outcome.side();
    this.road = outcome.road();
    this.peer = outcome.peer();
    this.group = outcome.group();
    this.code = outcome.code();
    this.notAfter = outcome.notAfter();
    commit();
  }
}

package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A round of an election, from its first request to its outcome. */
@Name("meshkit.Election")
@Label("Election")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class ElectionEvent extends Event {
  @Label("Scope")
  String scope = "";

  @Label("Term")
  long term;

  @Label("Round")
  long round;

  @Label("Why")
  String why = "";

  @Label("Granted")
  int granted;

  @Label("Refused")
  int refused;

  @Label("Result")
  String result = "";

  /**
   * A round and how it went.
   *
   * @param scope what is to be led
   * @param term the term asked for
   * @param round its number within the term
   * @param why what began it
   * @param granted votes for us, our own included
   * @param refused votes against
   * @param result WON, LOST, RIVAL or TIMEOUT
   */
  public record Round(
      String scope, long term, long round, String why, int granted, int refused, String result) {}

  /** A running event, begun now. */
  public static ElectionEvent started() {
    var event = new ElectionEvent();
    event.begin();
    return event;
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(Round round) {
    end();
    if (!shouldCommit()) return;
    this.scope = round.scope();
    this.term = round.term();
    this.round = round.round();
    this.why = round.why();
    this.granted = round.granted();
    this.refused = round.refused();
    this.result = round.result();
    commit();
  }
}

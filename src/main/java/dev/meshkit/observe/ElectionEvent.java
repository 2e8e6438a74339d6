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
  @Label("Node")
  String node = "";

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

  @Label("Against")
  String against = "";

  @Label("Result")
  String result = "";

  /**
   * A round and how it went.
   *
   * @param node who asked
   * @param scope what is to be led
   * @param term the term asked for
   * @param round its number within the term
   * @param why what it asked for: PRE_VOTE or VOTE
   * @param granted votes for us, our own included
   * @param refused votes against
   * @param against who did not grant, in order: {@code eu/n2 PROMISE, eu/n3 silent}
   * @param result WON, LOST, RIVAL or TIMEOUT
   */
  public record Round(
      String node,
      String scope,
      long term,
      long round,
      String why,
      int granted,
      int refused,
      String against,
      String result) {}

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
    this.node = round.node();
    this.scope = round.scope();
    this.term = round.term();
    this.round = round.round();
    this.why = round.why();
    this.granted = round.granted();
    this.refused = round.refused();
    this.against = round.against();
    this.result = round.result();
    commit();
  }
}

package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** This node answered a candidate. */
@Name("meshkit.Vote")
@Label("Vote")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class VoteEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Scope")
  String scope = "";

  @Label("Generation")
  int generation;

  @Label("Term")
  long term;

  @Label("Candidate")
  String candidate = "";

  @Label("Granted")
  boolean granted;

  @Label("Reason")
  String reason = "";

  /**
   * The answer.
   *
   * @param node who answered
   * @param scope what is to be led
   * @param generation of the scope
   * @param term the term asked for
   * @param candidate who asked
   * @param granted whether it has our vote
   * @param reason why not; empty when granted
   */
  public record Answer(
      String node,
      String scope,
      int generation,
      long term,
      String candidate,
      boolean granted,
      String reason) {}

  /** Records it, if a recording wants it. */
  public static void emit(Answer answer) {
    var event = new VoteEvent();
    if (!event.isEnabled()) return;
    event.node = answer.node();
    event.scope = answer.scope();
    event.generation = answer.generation();
    event.term = answer.term();
    event.candidate = answer.candidate();
    event.granted = answer.granted();
    event.reason = answer.reason();
    event.commit();
  }
}

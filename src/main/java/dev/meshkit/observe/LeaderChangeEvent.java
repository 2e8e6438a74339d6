package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A scope has another leader, as this node sees it. */
@Name("meshkit.LeaderChange")
@Label("Leader Change")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class LeaderChangeEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Scope")
  String scope = "";

  @Label("From")
  String from = "";

  @Label("To")
  String to = "";

  @Label("Generation")
  int generation;

  @Label("Term")
  long term;

  @Label("Cause")
  String cause = "";

  /**
   * From whom to whom.
   *
   * @param node who sees it so
   * @param scope what is led
   * @param from the leader before, or empty
   * @param to the leader now, or empty
   * @param generation of the fence
   * @param term of the fence
   * @param cause GENESIS, TIMEOUT, LAPSE, TRANSFER, STEP_DOWN, HIGHER_TERM, DISK, CLOCK or SHUTDOWN
   */
  public record Change(
      String node, String scope, String from, String to, int generation, long term, String cause) {}

  /** Records it, if a recording wants it. */
  public static void emit(Change change) {
    var event = new LeaderChangeEvent();
    if (!event.isEnabled()) return;
    event.node = change.node();
    event.scope = change.scope();
    event.from = change.from();
    event.to = change.to();
    event.generation = change.generation();
    event.term = change.term();
    event.cause = change.cause();
    event.commit();
  }
}

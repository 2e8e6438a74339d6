package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A node went on to a later term of a scope. */
@Name("meshkit.TermChange")
@Label("Term Change")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class TermChangeEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Scope")
  String scope = "";

  @Label("From")
  long from;

  @Label("To")
  long to;

  @Label("Cause")
  String cause = "";

  /**
   * From which term to which.
   *
   * @param node whose
   * @param scope of which election
   * @param from the term it was in
   * @param to the term it is in
   * @param cause CAMPAIGN: it asks for votes; TRANSFER: because a leader named it; VOTE: it was
   *     asked; LEADER: it heard one; RECORD: it was shown a later record; RECOVERY: a later
   *     generation began; HIGHER_TERM: any other frame
   */
  public record Change(String node, String scope, long from, long to, String cause) {}

  /** Records it, if a recording wants it. */
  public static void emit(Change change) {
    var event = new TermChangeEvent();
    if (!event.isEnabled()) return;
    event.node = change.node();
    event.scope = change.scope();
    event.from = change.from();
    event.to = change.to();
    event.cause = change.cause();
    event.commit();
  }
}

package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A scope record is known to be committed: a change of it, or what a new leader found. */
@Name("meshkit.RecordCommit")
@Label("Record Commit")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class RecordCommitEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Scope")
  String scope = "";

  @Label("Generation")
  int generation;

  @Label("Term")
  long term;

  @Label("Version")
  long version;

  @Label("Content")
  String content = "";

  @Label("Actor")
  String actor = "";

  @Label("Reason")
  String reason = "";

  @Label("Change")
  String change = "";

  @Label("Acknowledgements")
  int acks;

  /**
   * What was committed.
   *
   * @param node who knows it
   * @param scope whose record
   * @param generation of the scope
   * @param term of its id
   * @param version of its id
   * @param content the first half of the SHA-256 of what it says, in hexadecimal digits
   * @param actor who wanted its latest change; empty if that was told before, as when a leader
   *     writes anew what it found
   * @param reason why; empty likewise
   * @param change what of VOTERS, GATES, REVOCATIONS, REGIONS, PARAMS it changed; empty likewise
   * @param acks how many voters its leader knows to hold it, itself included; 0 from others
   */
  public record Committed(
      String node,
      String scope,
      int generation,
      long term,
      long version,
      String content,
      String actor,
      String reason,
      String change,
      int acks) {}

  /** Records it, if a recording wants it. */
  public static void emit(Committed committed) {
    var event = new RecordCommitEvent();
    if (!event.isEnabled()) return;
    event.node = committed.node();
    event.scope = committed.scope();
    event.generation = committed.generation();
    event.term = committed.term();
    event.version = committed.version();
    event.content = committed.content();
    event.actor = committed.actor();
    event.reason = committed.reason();
    event.change = committed.change();
    event.acks = committed.acks();
    event.commit();
  }
}

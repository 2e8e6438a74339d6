package dev.meshkit.gate;

import dev.meshkit.api.Result;
import java.util.List;
import java.util.Map;

/**
 * All entries that a node has adopted, as one immutable value: what decisions, plans and
 * explanations are made from.
 *
 * @param entries by the name of the change, the region put in
 */
public record GateTable(Map<String, Committed> entries) {
  /** Nothing was ever committed. */
  public static final GateTable EMPTY = new GateTable(Map.of());

  /** Copies the entries. */
  public GateTable {
    entries = Map.copyOf(entries);
  }

  /** One with a single entry, as a plan supposes it. */
  public static GateTable of(Committed one) {
    return new GateTable(Map.of(one.entry().change(), one));
  }

  /**
   * Which version runs for a subject; {@code error.version.conflict} if this build cannot run it.
   * Never blocks.
   *
   * @param change with its region put in
   */
  public Result<Decision> decide(Change change, Subject subject) {
    var committed = entries.get(change.name());
    return committed == null
        ? Rule.baseline(change, subject)
        : Rule.committed(change, subject, committed);
  }

  /** The entry's epoch; 0 without one. */
  public long epoch(Change change) {
    var committed = entries.get(change.name());
    return committed == null ? 0 : committed.entry().epoch();
  }

  /** What {@link #decide} answers, and what it follows from. */
  public Explanation explain(Change change, Subject subject) {
    change.check(subject);
    var decided = decide(change, subject);
    var committed = entries.get(change.name());
    if (committed == null) {
      var said = new Rule.Said(change.baseline(), Rule.Because.BASELINE, -1);
      return Explanation.of(decided, said, Entry.baseline(change), RecordId.NONE);
    }
    var said = Rule.of(committed.entry(), subject);
    return Explanation.of(decided, said, committed.entry(), committed.record());
  }

  /** Who would run something else, who would not, and who could not, if {@code next} came. */
  public Plan plan(Change change, Entry next, List<Subject> subjects) {
    var then = of(new Committed(next, RecordId.NONE));
    return Plan.of(
        subjects, subject -> explain(change, subject), subject -> then.explain(change, subject));
  }
}

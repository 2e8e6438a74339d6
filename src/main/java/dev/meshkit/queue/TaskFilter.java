package dev.meshkit.queue;

/**
 * Which live tasks; 0 and "" mean all.
 *
 * @param seq the number of one of them
 * @param kind of this kind
 * @param lane of this lane key, in any class
 */
public record TaskFilter(long seq, String kind, String lane) {
  /** Checks the texts. */
  public TaskFilter {
    var _ = WellFormed.text("a kind", kind);
    var _ = WellFormed.text("a lane key", lane);
  }

  /** All of them. */
  public static final TaskFilter ALL = new TaskFilter(0, "", "");

  /** One of them. */
  public static TaskFilter one(TaskId id) {
    if (id.seq() < 1) throw new IllegalArgumentException("no task has the number " + id.seq());
    return new TaskFilter(id.seq(), "", "");
  }

  /** Those of a kind. */
  public static TaskFilter ofKind(String kind) {
    if (kind.isEmpty()) throw new IllegalArgumentException("which kind? For all, say ALL");
    return new TaskFilter(0, kind, "");
  }

  /** Those of a lane key. */
  public static TaskFilter ofLane(String key) {
    if (key.isEmpty()) throw new IllegalArgumentException("which lane? For all, say ALL");
    return new TaskFilter(0, "", key);
  }
}

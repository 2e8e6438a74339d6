package dev.meshkit.sim;

import java.util.List;

/**
 * What a run came to.
 *
 * @param scenario its name
 * @param seed what it followed from
 * @param trace hash over all that happened
 * @param events how many happened
 * @param virtual nanoseconds that passed within
 * @param coverage what it saw
 * @param violations empty, or the one that ended it
 * @param schedule the faults, and how large the run was
 * @param last the last lines of the transcript
 */
record Outcome(
    String scenario,
    long seed,
    long trace,
    long events,
    long virtual,
    Coverage coverage,
    List<Violation> violations,
    Schedule schedule,
    List<String> last) {
  /** Copies the lists. */
  Outcome {
    violations = List.copyOf(violations);
    last = List.copyOf(last);
  }

  /**
   * Something that must never happen did.
   *
   * @param oracle who says so
   * @param at virtual nanoseconds
   * @param event its number
   * @param text what is wrong
   */
  record Violation(String oracle, long at, long event, String text) {}

  /** The faults that were scheduled. */
  List<Op.Timed> ops() {
    return schedule.ops();
  }

  /** Whether nothing was wrong. */
  boolean passed() {
    return violations.isEmpty();
  }

  /** What a person needs: the first line to know it, the last to see it again (V26). */
  String report() {
    return report(this);
  }

  /** The same with the faults and the last events of a run that fails with fewer. */
  String report(Outcome shrunk) {
    var wrong = violations.getFirst();
    var text = new StringBuilder("SIM FAIL seed=" + seed + " scenario=" + scenario + " ");
    text.append(wrong.oracle()).append(" at ").append(Seconds.text(wrong.at()));
    text.append(" event ").append(wrong.event()).append(" trace ");
    text.append(Long.toHexString(trace)).append("\n  ").append(wrong.text()).append('\n');
    text.append("  ").append(shrunk.ops().size()).append(" of ").append(ops().size());
    text.append(" ops remain; ").append(shrunk.schedule.words()).append(":\n");
    shrunk.ops().forEach(op -> text.append("    ").append(op).append('\n'));
    text.append("  last events:\n");
    shrunk.last.forEach(line -> text.append("    ").append(line).append('\n'));
    return text + "replay  make sim SEED=" + seed + " SCENARIO=" + scenario;
  }
}

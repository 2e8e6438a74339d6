package dev.meshkit.control;

import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import dev.meshkit.queue.Audit;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * An order to have another version of a change run.
 *
 * @param change its name, the region put in
 * @param verb SET, ROLLBACK, FREEZE, THAW or RETIRE
 * @param version of SET 0 for the one there is; of ROLLBACK 0 for the one before
 * @param part who shall run it, of SET
 * @param expect the record it was decided on, as text; empty for whichever there is
 * @param force although an alive member cannot run it
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say what would change
 * @param within how long to wait for the answer
 */
public record GateOrder(
    String change,
    Verb verb,
    int version,
    Part part,
    String expect,
    boolean force,
    Audit by,
    boolean dryRun,
    Duration within) {
  /**
   * Who shall run a version.
   *
   * @param basisPoints of 10,000; empty for everybody, or for as many as now
   * @param include patterns of subjects that do in any case
   * @param exclude patterns of subjects that do not
   * @param subjects whom a plan asks for where nobody else knows them: tenants
   */
  public record Part(
      OptionalInt basisPoints, List<String> include, List<String> exclude, List<String> subjects) {
    /** Everybody. */
    public static final Part ALL = new Part(OptionalInt.empty(), List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Part {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      subjects = List.copyOf(subjects);
    }
  }
}

package dev.meshkit.queue;

import dev.meshkit.store.StoreTx;
import java.time.Instant;
import java.util.Map;

/** Orders that other packages carry out at once, in the audit that {@code v_jobs} shows. */
public final class AuditTrail {
  private AuditTrail() {}

  /**
   * Writes down what {@code tx} does; the number under which it stands in the audit.
   *
   * @param what to what: names and values
   */
  @SuppressWarnings("exports") // StoreTx is for MeshKit's own packages
  public static long add(
      StoreTx tx, Job.Kind kind, Map<String, String> what, Audit by, Instant wall) {
    var text = Text.headers(what).utf8();
    return JobTable.add(
        tx, new JobTable.Row(new Job(0, kind, text, 1, Job.State.DONE, by, wall), 0, 0));
  }
}

package dev.meshkit.queue;

/**
 * Which of the dead; "" and 0 mean all.
 *
 * @param did one of them
 * @param kind of this kind
 * @param code with this error code
 * @param lane of this lane key
 */
public record PoisonFilter(long did, String kind, String code, String lane) {
  /** Checks the texts. */
  public PoisonFilter {
    var _ = WellFormed.text("a kind", kind);
    var _ = WellFormed.text("a code", code);
    var _ = WellFormed.text("a lane key", lane);
  }

  /** All of them. */
  public static final PoisonFilter ALL = new PoisonFilter(0, "", "", "");

  /** One of them. */
  public static PoisonFilter one(long did) {
    if (did < 1) throw new IllegalArgumentException("none of the dead has the number " + did);
    return new PoisonFilter(did, "", "", "");
  }
}

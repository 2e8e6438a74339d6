package dev.meshkit.gate;

/**
 * A run as it is recorded.
 *
 * @param rid its number in this store; 0 before its first effect
 * @param change its change, the region put in
 * @param subject whom it is about
 * @param key its name
 * @param version what it is pinned to
 * @param epoch in which epoch it began
 * @param st how far it is
 * @param isGone whether its effects were removed and only its name is kept
 */
record RunRow(
    long rid,
    String change,
    String subject,
    String key,
    int version,
    long epoch,
    RunState st,
    boolean isGone) {
  /** This one under its number. */
  RunRow at(long number) {
    return new RunRow(number, change, subject, key, version, epoch, st, isGone);
  }

  /** {@code change::v2::key}, as {@code v_effects} shows it. */
  String text() {
    return change + "::v" + version + "::" + key;
  }
}

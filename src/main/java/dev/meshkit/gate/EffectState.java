package dev.meshkit.gate;

/** How far an effect is; in the order of the column {@code effect.st}. */
enum EffectState {
  /** It is to be called, or was, and its outcome is not known here. */
  INTENT,
  /** It succeeded. */
  OK,
  /** It failed for good. */
  FAILED,
  /** Nobody knows whether it happened. */
  IN_DOUBT;

  private static final EffectState[] ALL = values();

  static EffectState of(int column) {
    return ALL[column];
  }

  /** Whether it has an outcome that replays. */
  boolean isSettled() {
    return this == OK || this == FAILED;
  }
}

package dev.meshkit.gate;

/** How far an effect is, and its number in the column {@code effect.st}. */
enum EffectState {
  /** It is to be called, or was, and its outcome is not known here. */
  INTENT(0),
  /** It succeeded. */
  OK(1),
  /** It failed for good. */
  FAILED(2),
  /** Nobody knows whether it happened. */
  IN_DOUBT(3);

  private static final EffectState[] ALL = values();
  private final int column;

  EffectState(int column) {
    this.column = column;
  }

  /** As the file has it. */
  int column() {
    return column;
  }

  static EffectState of(int column) {
    return ALL[column];
  }

  /** Whether it has an outcome that replays. */
  boolean isSettled() {
    return this == OK || this == FAILED;
  }
}

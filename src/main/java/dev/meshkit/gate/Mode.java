package dev.meshkit.gate;

/** How an effect is done, and its number in the column {@code effect.mode}. */
enum Mode {
  /** Made, recorded, and that one value for ever. */
  VALUE(0, "value"),
  /** Recorded in the transaction of what it does. */
  LOCAL_TX(1, "local-tx"),
  /** Called at least once, always under one token. */
  IDEMPOTENT(2, "idempotent"),
  /** Never called twice without a known no. */
  AT_MOST_ONCE(3, "at-most-once");

  private static final Mode[] ALL = values();
  private final int column;
  private final String text;

  Mode(int column, String text) {
    this.column = column;
    this.text = text;
  }

  /** As the file has it. */
  int column() {
    return column;
  }

  static Mode of(int column) {
    return ALL[column];
  }

  @Override
  public String toString() {
    return text;
  }
}

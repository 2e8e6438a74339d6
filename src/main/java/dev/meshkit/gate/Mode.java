package dev.meshkit.gate;

/** How an effect is done; in the order of the column {@code effect.mode}. */
enum Mode {
  /** Made, recorded, and that one value for ever. */
  VALUE("value"),
  /** Recorded in the transaction of what it does. */
  LOCAL_TX("local-tx"),
  /** Called at least once, always under one token. */
  IDEMPOTENT("idempotent"),
  /** Never called twice without a known no. */
  AT_MOST_ONCE("at-most-once");

  private static final Mode[] ALL = values();
  private final String text;

  Mode(String text) {
    this.text = text;
  }

  static Mode of(int column) {
    return ALL[column];
  }

  @Override
  public String toString() {
    return text;
  }
}

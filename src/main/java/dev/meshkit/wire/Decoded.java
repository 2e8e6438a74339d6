package dev.meshkit.wire;

/**
 * What became of a peer's bytes.
 *
 * @param <T> what they should have said
 */
public sealed interface Decoded<T> {
  /**
   * They said it.
   *
   * @param value within all limits
   */
  record Whole<T>(T value) implements Decoded<T> {}

  /**
   * They did not: broken or hostile. Counted, and otherwise ignored.
   *
   * @param why for the counter and the trace, never with the bytes themselves
   */
  record Malformed<T>(String why) implements Decoded<T> {}
}

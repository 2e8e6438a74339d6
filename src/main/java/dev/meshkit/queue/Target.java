package dev.meshkit.queue;

/** What is paused or resumed. */
public sealed interface Target {
  /** The whole queue. */
  record Queue() implements Target {}

  /**
   * One lane.
   *
   * @param lane which
   */
  record OneLane(Lane lane) implements Target {}
}

package dev.meshkit.queue;

/**
 * One lane in numbers.
 *
 * @param lane which
 * @param ready could be leased, if the lane were open
 * @param delayed wait for their time
 * @param leased in workers' hands
 * @param dead in the poison queue
 * @param bytes of all that live, headers and bodies
 * @param paused by an operator
 * @param heldBy the task whose pause blocks the lane, 0 for none
 */
public record LaneStats(
    Lane lane,
    long ready,
    long delayed,
    long leased,
    long dead,
    long bytes,
    boolean paused,
    long heldBy) {
  /** All that are not dead. */
  public long live() {
    return ready + delayed + leased;
  }
}

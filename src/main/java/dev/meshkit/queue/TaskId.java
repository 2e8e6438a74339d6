package dev.meshkit.queue;

/**
 * A task's number within its store: never reused, the same through retries and redrives.
 *
 * @param seq positive
 */
public record TaskId(long seq) {
  @Override
  public String toString() {
    return Long.toString(seq);
  }
}

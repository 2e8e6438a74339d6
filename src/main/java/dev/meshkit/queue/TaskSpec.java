package dev.meshkit.queue;

/**
 * A task to be enqueued.
 *
 * @param lane where
 * @param kind what it is, 1–128 characters: a topic
 * @param value what it carries
 * @param options how it is treated
 * @param <T> the value's type
 */
public record TaskSpec<T>(Lane lane, String kind, T value, TaskOptions options) {
  /** Checks the kind. */
  public TaskSpec {
    if (kind.isEmpty() || kind.length() > 128) {
      throw new IllegalArgumentException("a kind has 1 to 128 characters: '" + kind + "'");
    }
    var _ = WellFormed.text("a kind", kind);
  }

  /** A task with the default options. */
  public static <T> TaskSpec<T> of(Lane lane, String kind, T value) {
    return new TaskSpec<>(lane, kind, value, TaskOptions.DEFAULTS);
  }
}

package dev.meshkit.gate;

import dev.meshkit.api.Token;

/**
 * The name of one logical piece of work, never used for another: {@code
 * RunKey.of("rollup/2026-11-22")}.
 *
 * @param text 1 to 200 characters without control characters
 * @param isShared whether its effects have the same tokens on every node of the cluster, so that a
 *     successor can continue them; else they are this store's own
 */
public record RunKey(String text, boolean isShared) {
  private static final String TASK = "task:";
  private static final int LONGEST = 200;

  /** Checks the text. */
  public RunKey {
    if (text.isBlank()
        || text.length() > LONGEST
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a run key has 1 to 200 characters: '" + text + "'");
    }
  }

  /**
   * A key of the application's own.
   *
   * @throws IllegalArgumentException if it begins with {@code task:}, as those of tasks do
   */
  public static RunKey of(String text) {
    if (text.startsWith(TASK))
      throw new IllegalArgumentException("keys that begin with task: are those of tasks: " + text);
    return new RunKey(text, false);
  }

  /**
   * The one of a queue's task, or of a message received, by its token: its retries, crashes and
   * redrives are one run. For {@link DeterministicGate#handle}.
   */
  public static RunKey task(Token token) {
    return new RunKey(TASK + token, false);
  }

  /** The same for work that another node may continue. */
  public RunKey shared() {
    return new RunKey(text, true);
  }
}

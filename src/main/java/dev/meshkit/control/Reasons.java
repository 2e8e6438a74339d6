package dev.meshkit.control;

import dev.meshkit.api.Result;
import dev.meshkit.queue.Audit;

/** Why people change something: one rule, for what asks a node and for the node that answers. */
public final class Reasons {
  private static final String SOMEBODY = "who asks"; // the node knows better

  private Reasons() {}

  /**
   * The reason, if an audit takes it; otherwise {@code error.validation}, with what is wrong.
   *
   * @param tried what it is given for
   */
  public static Result<String> checked(String tried, String reason) {
    return Audit.of(tried, SOMEBODY, reason).map(Audit::reason);
  }
}

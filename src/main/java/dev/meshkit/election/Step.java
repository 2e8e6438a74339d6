package dev.meshkit.election;

import java.util.List;

/**
 * What an input did.
 *
 * @param state from here on
 * @param effects to perform, in order
 */
public record Step(State state, List<Effect> effects) {
  /** Copies the list. */
  public Step {
    effects = List.copyOf(effects);
  }
}

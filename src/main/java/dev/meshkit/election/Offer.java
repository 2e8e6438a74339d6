package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Instant;

/** The record that adds a voter, while only the newcomer may store it (§2.4). */
sealed interface Offer {
  /** Nobody is being added. */
  record None() implements Offer {}

  /**
   * The newcomer has it, or will; its leader does not store it yet.
   *
   * @param record the proposal
   * @param newcomer whom it adds
   * @param until when its leader gives up, and the term with it
   * @param held whether the newcomer has held it in this term
   */
  record Made(ScopeRecord record, Seat newcomer, Instant until, boolean held) implements Offer {
    boolean isFor(NodeId node, Bytes store) {
      return newcomer.is(node, store);
    }

    Made heldIf(boolean holds) {
      return new Made(record, newcomer, until, held || holds);
    }
  }
}

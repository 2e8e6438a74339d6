package dev.meshkit.gate;

import dev.meshkit.api.Token;

/**
 * Finds out whether a call of which nobody knows has happened.
 *
 * @param <R> its answer, if it did
 */
@FunctionalInterface
public interface Resolver<R> {
  /** Asks the far side; once a start. */
  Answer<R> ask(Token token) throws InterruptedException;

  /** What it says. */
  sealed interface Answer<R> {
    /** It happened, and this was the answer. */
    record Happened<R>(R value) implements Answer<R> {}

    /** It did not, and will not: it may be called again. */
    record DidNot<R>() implements Answer<R> {}

    /** Nobody knows: an operator must say. */
    record Unknown<R>() implements Answer<R> {}
  }

  /** One that cannot find out. */
  static <R> Resolver<R> unknown() {
    return _ -> new Answer.Unknown<>();
  }
}

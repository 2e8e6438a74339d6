package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.Input;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for this node's voter to begin the next generation of its scope. Any thread asks, one
 * at a time; the scope's loop tells what happens, also once nobody waits any more.
 */
final class RecoveryBox {
  private final Mailbox<Input> inputs;
  private @Nullable Wish wish; // guarded by this
  private boolean ended; // guarded by this

  /** What became of a wish. */
  sealed interface Outcome {
    /** It has begun, durably, as {@code generation}. */
    record Begun(int generation) implements Outcome {}

    /** None has begun at this node's word. */
    record Forgone(String why) implements Outcome {}

    /** No word of it in time: it may begin yet. */
    record Unknown() implements Outcome {}
  }

  private static final class Wish {
    private final Input.Recover recover;
    private final IntConsumer onBegun;
    private final CountDownLatch there = new CountDownLatch(1);
    private volatile Outcome outcome = new Outcome.Unknown();

    Wish(Input.Recover recover, IntConsumer onBegun) {
      this.recover = recover;
      this.onBegun = onBegun;
    }

    Wish ended(Outcome with) {
      outcome = with;
      there.countDown();
      return this;
    }
  }

  /** Of one scope. */
  RecoveryBox(Mailbox<Input> inputs) {
    this.inputs = inputs;
  }

  /**
   * Wishes it, and blocks at most {@code within}.
   *
   * @param onBegun told once which has begun, if it does, however late; on the loop's thread, must
   *     not block
   */
  Outcome ask(Input.Recover recover, Duration within, IntConsumer onBegun)
      throws InterruptedException {
    var mine = begin(recover, new Wish(recover, onBegun));
    mine.there.await(within.toNanos(), TimeUnit.NANOSECONDS);
    return mine.outcome;
  }

  private synchronized Wish begin(Input.Recover recover, Wish mine) {
    if (ended) return mine.ended(new Outcome.Forgone("this node is stopping"));
    if (wish != null)
      return mine.ended(new Outcome.Forgone("another recovery of this scope is under way"));
    if (!inputs.offer(recover)) return mine.ended(new Outcome.Forgone("this node is too busy"));
    wish = mine;
    return mine;
  }

  /**
   * A record is known to be committed, durably. One of a later generation ends the wish, whosever
   * it is: of two that follow each other closely only the last one is told of. If the wish has not
   * reached the election yet, that gives it up in turn.
   */
  void committed(ScopeRecord view) {
    var content = view.content();
    var begun = take(mine -> mine.recover.generation() < content.generation());
    if (begun == null) return;
    if (begun.recover.genesis().equals(content.genesis())) {
      begun.onBegun.accept(content.generation());
      begun.ended(new Outcome.Begun(content.generation()));
    } else {
      var why = "generation " + content.generation() + " has begun, not by this node";
      begun.ended(new Outcome.Forgone(why));
    }
  }

  /** The election gave it up. */
  void forgone(Bytes genesis, String why) {
    var given = take(mine -> mine.recover.genesis().equals(genesis));
    if (given != null) given.ended(new Outcome.Forgone(why));
  }

  /** The loop has ended. */
  synchronized void end() {
    ended = true;
    if (wish != null) wish.ended(new Outcome.Unknown());
    wish = null;
  }

  private synchronized @Nullable Wish take(Predicate<Wish> which) {
    var mine = wish;
    if (mine == null || !which.test(mine)) return null;
    wish = null;
    return mine;
  }
}

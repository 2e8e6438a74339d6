package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.Input;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for this node's voter to begin the next generation of its scope. Any thread asks, one
 * at a time; the scope's loop tells what happens, also once nobody waits any more.
 */
final class RecoveryBox {
  private final Mailbox<Input> inputs;
  private @Nullable Wish wish; // guarded by this

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
    private final Bytes genesis;
    private final Runnable onBegun;
    private final CountDownLatch there = new CountDownLatch(1);
    private volatile Outcome outcome = new Outcome.Unknown();

    Wish(Bytes genesis, Runnable onBegun) {
      this.genesis = genesis;
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
   * @param onBegun run once if it begins, however late, on the loop's thread; must not block
   */
  Outcome ask(Input.Recover recover, Duration within, Runnable onBegun)
      throws InterruptedException {
    var mine = begin(recover, new Wish(recover.genesis(), onBegun));
    mine.there.await(within.toNanos(), TimeUnit.NANOSECONDS);
    return mine.outcome;
  }

  private synchronized Wish begin(Input.Recover recover, Wish mine) {
    if (wish != null)
      return mine.ended(new Outcome.Forgone("another recovery of this scope is under way"));
    if (!inputs.offer(recover)) return mine.ended(new Outcome.Forgone("this node is too busy"));
    wish = mine;
    return mine;
  }

  /** A record is known to be committed, durably. */
  void committed(ScopeRecord view) {
    var begun = take(view.content().genesis());
    if (begun == null) return;
    begun.onBegun.run();
    begun.ended(new Outcome.Begun(view.content().generation()));
  }

  /** The election gave it up. */
  void forgone(Bytes genesis, String why) {
    var given = take(genesis);
    if (given != null) given.ended(new Outcome.Forgone(why));
  }

  /** The loop has ended. */
  synchronized void end() {
    if (wish != null) wish.ended(new Outcome.Unknown());
    wish = null;
  }

  private synchronized @Nullable Wish take(Bytes genesis) {
    var mine = wish;
    if (mine == null || !mine.genesis.equals(genesis)) return null;
    wish = null;
    return mine;
  }
}

package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for this node to hand its leadership over. Any thread asks, one at a time; the scope's
 * loop tells what happens.
 */
final class HandoverBox {
  private final NodeId self;
  private final Mailbox<Input> inputs;
  private final InstantSource monotonic;
  private final Semaphore turn = new Semaphore(1);
  private @Nullable Wish wish; // guarded by this

  /** What became of a wish. */
  sealed interface Parting {
    /** This node leads on, or did not lead. */
    record Kept(String why) implements Parting {}

    /** Another is believed to lead under {@code fence}; authority here ended at {@code since}. */
    record Moved(NodeId leader, Fence fence, Instant since) implements Parting {}

    /** Authority here ended at {@code since}, and nobody is known to lead yet. */
    record Vacant(Instant since) implements Parting {}

    /** No word of it in time. */
    record Unknown() implements Parting {}
  }

  private static final class Wish {
    private final NodeId to;
    private final CountDownLatch there = new CountDownLatch(1);
    private @Nullable Fence given;
    private Parting parting = new Parting.Unknown();

    Wish(NodeId to) {
      this.to = to;
    }

    void end(Parting with) {
      parting = with;
      there.countDown();
    }
  }

  /** Of one scope. */
  HandoverBox(NodeId self, Mailbox<Input> inputs, InstantSource monotonic) {
    this.self = self;
    this.inputs = inputs;
    this.monotonic = monotonic;
  }

  /** Wishes that {@code to} leads, {@link NodeId#NOBODY} for anyone. Blocks {@code within}. */
  Parting ask(NodeId to, Duration within) throws InterruptedException {
    return ask(to, new Input.Transfer(to), within);
  }

  private Parting ask(NodeId to, Input input, Duration within) throws InterruptedException {
    if (!turn.tryAcquire()) return new Parting.Kept("another hand-over is under way");
    try {
      var mine = begin(to, input);
      mine.there.await(within.toNanos(), TimeUnit.NANOSECONDS);
      return end(mine);
    } finally {
      turn.release();
    }
  }

  private synchronized Wish begin(NodeId to, Input input) {
    var mine = new Wish(to);
    wish = mine;
    if (!inputs.offer(input)) mine.end(new Parting.Kept("this node is too busy"));
    return mine;
  }

  private synchronized Parting end(Wish mine) {
    wish = null;
    return mine.parting;
  }

  /** Leadership stays where it is. */
  synchronized void kept(NodeId to, String why) {
    if (wish != null && wish.given == null && (wish.to.isNobody() || wish.to.equals(to)))
      wish.end(new Parting.Kept(why));
  }

  /** A tenure of this node ended. */
  synchronized void lost(Fence fence, Cause cause) {
    if (wish == null || wish.given != null) return;
    if (cause != Cause.TRANSFER && cause != Cause.STEP_DOWN) return; // Kept follows
    wish.given = fence;
    wish.parting = new Parting.Vacant(monotonic.instant());
  }

  /** Somebody is believed to lead, or nobody. */
  synchronized void decided(LeaderDecision decision) {
    if (wish == null || !(wish.parting instanceof Parting.Vacant(var since))) return;
    switch (decision) {
      case LeaderDecision.Led(var fence) -> moved(wish, self, fence, since);
      case LeaderDecision.Following(var leader, var fence) -> moved(wish, leader, fence, since);
      case LeaderDecision.Undecided _ -> {}
    }
  }

  private static void moved(Wish wish, NodeId leader, Fence fence, Instant since) {
    if (wish.given != null && fence.compareTo(wish.given) > 0)
      wish.end(new Parting.Moved(leader, fence, since));
  }

  /** The loop has ended. */
  synchronized void end() {
    if (wish != null) wish.there.countDown();
  }
}

package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Author;
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
  private Author ordered = Author.NONE; // guarded by this

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
    private final Author by;
    private final CountDownLatch there = new CountDownLatch(1);
    private @Nullable Fence given;
    private Parting parting = new Parting.Unknown();

    Wish(NodeId to, Author by) {
      this.to = to;
      this.by = by;
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

  /**
   * {@code by} wishes that {@code to} leads, {@link NodeId#NOBODY} for anyone. Blocks {@code
   * within}.
   */
  Parting ask(NodeId to, Author by, Duration within) throws InterruptedException {
    return ask(new Wish(to, by), new Input.Transfer(to), within);
  }

  /** {@code by} wishes that this node leads no more. Blocks {@code within}. */
  Parting stepDown(Author by, Duration within) throws InterruptedException {
    return ask(new Wish(NodeId.NOBODY, by), new Input.StepDown(), within);
  }

  /** Who ordered the end of this node's latest tenure; {@link Author#NONE} if nobody did. */
  synchronized Author ordered() {
    return ordered;
  }

  private Parting ask(Wish mine, Input input, Duration within) throws InterruptedException {
    if (!turn.tryAcquire()) return new Parting.Kept("another hand-over is under way");
    try {
      begin(mine, input);
      mine.there.await(within.toNanos(), TimeUnit.NANOSECONDS);
      return end(mine);
    } finally {
      turn.release();
    }
  }

  private synchronized void begin(Wish mine, Input input) {
    wish = mine;
    if (!inputs.offer(input)) mine.end(new Parting.Kept("this node is too busy"));
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
    ordered = Author.NONE;
    if (wish == null || wish.given != null) return;
    if (cause != Cause.TRANSFER && cause != Cause.STEP_DOWN) return; // Kept follows
    wish.given = fence;
    ordered = wish.by;
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

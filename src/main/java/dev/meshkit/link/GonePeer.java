package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.SafeTaskQueue;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A peer that this node will never send to again: what waits for it is dead, and can be redriven
 * should the peer come back all the same.
 *
 * @param peer who
 * @param why it will never come; empty once it may
 */
record GonePeer(NodeId peer, Supplier<Optional<Gone>> why) {
  /**
   * Ends what waits in a lane, as far as it may be taken now: not what an operator has paused, nor
   * what waits for its next attempt, which ends when that is due. Nothing is leased for it: what
   * was never sent gets no number, so that the receiver is not taken for one that may have had it,
   * and what it says of the lane's numbers later is about what was sent. Who may come after all, by
   * the time that the writer's turn comes, is left what waits.
   */
  void end(SafeTaskQueue<Bytes> queue, Lane lane) throws InterruptedException {
    var goesOn = true;
    while (goesOn) {
      var ended = queue.expel(lane, Outbound.WINDOW, () -> why.get().map(this::dead));
      goesOn = ended instanceof Result.Ok<Integer>(var count) && count > 0;
    }
  }

  private MeshError dead(Gone gone) {
    return MeshError.of(
        "error.peer.gone", "sending to " + peer, gone.why(), gone.fix(), MeshError.Retry.NEVER);
  }
}

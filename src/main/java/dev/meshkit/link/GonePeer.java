package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Settlement;
import java.time.Duration;
import java.util.List;

/**
 * A peer that this node will never send to again: what waits for it is dead, and can be redriven
 * should the peer come back all the same.
 *
 * @param peer who
 * @param why it will never come
 */
record GonePeer(NodeId peer, String why) {
  /**
   * Ends what waits in a lane, as far as it may be taken now: not what an operator has paused, nor
   * what waits for its next attempt, which ends when that is due.
   */
  void end(SafeTaskQueue<Bytes> queue, Lane lane) throws InterruptedException {
    var poison = new Disposition.Poison(error());
    var went = true;
    while (went) {
      var leased = queue.leaseLane(lane, Outbound.WINDOW, Duration.ZERO);
      if (!(leased instanceof Result.Ok<List<Lease<Bytes>>>(var run)) || run.isEmpty()) return;
      var all = run.stream().map(one -> new Settlement<>(one, poison)).toList();
      went = queue.settleAll(all).isOk(); // else the store has an end, or is full: tried again
    }
  }

  private MeshError error() {
    return MeshError.of(
        "error.peer.gone",
        "sending to " + peer,
        "it is revoked here: " + why,
        "if it is to have them, take it off deny.list, or the revocations of global, and redrive"
            + " them; else purge them",
        MeshError.Retry.NEVER);
  }
}

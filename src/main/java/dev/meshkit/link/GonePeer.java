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
   * what waits for its next attempt, which ends when that is due. What it takes may have been sent
   * after the peer came back, so it asks again once it has it, and gives it back where that is so.
   */
  void end(SafeTaskQueue<Bytes> queue, Lane lane) throws InterruptedException {
    var goesOn = true;
    while (goesOn) {
      var leased = queue.leaseLane(lane, Outbound.WINDOW, Duration.ZERO);
      if (!(leased instanceof Result.Ok<List<Lease<Bytes>>>(var run)) || run.isEmpty()) return;
      var gone = why.get();
      var said = gone.map(this::dead).orElseGet(Disposition.Release::new);
      var all = run.stream().map(one -> new Settlement<>(one, said)).toList();
      // else the store has an end, or is full: tried again
      goesOn = queue.settleAll(all).isOk() && gone.isPresent();
    }
  }

  private Disposition dead(Gone gone) {
    return new Disposition.Poison(
        MeshError.of(
            "error.peer.gone",
            "sending to " + peer,
            gone.why(),
            gone.fix(),
            MeshError.Retry.NEVER));
  }
}

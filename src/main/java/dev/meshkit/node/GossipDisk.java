package dev.meshkit.node;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.gossip.Past;
import dev.meshkit.gossip.Remembered;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What gossip keeps in {@code mesh.db}. Thread-safe. */
final class GossipDisk {
  private final Store store;

  GossipDisk(Store store) {
    this.store = store;
  }

  /** What earlier lives of this node left. Blocks for a read. */
  Result<Past> past() throws InterruptedException {
    return store.read(GossipTable::past);
  }

  /** Makes a generation durable; blocks until it is. */
  Result<Unit> raise(long generation) throws InterruptedException {
    return store.submit(raising(generation));
  }

  /** Makes a generation durable; {@code then} hears of it on the store's thread. */
  void raise(long generation, Consumer<Result<Unit>> then) {
    store.submit(raising(generation), then);
  }

  /** Remembers peers when there is room; they will come again. */
  void remember(List<Remembered> peers, Instant wall) {
    store.submit(
        Op.record(
            "gossip.remember",
            tx -> {
              GossipTable.remember(tx, peers, wall);
              return Unit.UNIT;
            }),
        _ -> {});
  }

  private Op<Unit> raising(long generation) {
    return Op.record(
        "gossip.generation",
        tx -> {
          GossipTable.raise(tx, generation, store.uuid());
          return Unit.UNIT;
        });
  }
}

package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Meters;
import dev.meshkit.queue.Inbox;
import dev.meshkit.queue.LaneStats;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.transport.Family;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A node with its store, queue and inbox, on real links. */
final class Office implements AutoCloseable {
  final List<String> applied = new CopyOnWriteArrayList<>();
  final Lab.Station station;

  /** What a message waits for before it is applied. */
  volatile Wait wait = () -> {};

  private final Store store;
  private final SafeTaskQueue<Bytes> queue;
  private final Outbound outbound;

  /** What may take its time. */
  @FunctionalInterface
  interface Wait {
    /** Blocks. */
    void await() throws InterruptedException;
  }

  /** {@code opener} opens the links whose deliveries are served here. */
  Office(Path directory, Function<DeliveryServer, Lab.Station> opener) throws Exception {
    store =
        Store.open(StoreOptions.of(directory, "mesh", Clocks.system(), Chance.seeded(1))).orThrow();
    queue =
        SafeTaskQueue.open(
                store,
                QueueOptions.of("mesh-out")
                    .poisonQueue("mesh-poison")
                    .carrier()
                    .laneWindow(Outbound.WINDOW),
                TaskCodec.BYTES)
            .orThrow();
    Handler note =
        message -> {
          wait.await();
          applied.add(message.message().body().utf8());
          return Ack.plain();
        };
    station =
        opener.apply(new Deliveries(Map.of("note", note), new Inbox(store), new Meters(Map.of())));
    outbound =
        new Outbound(
            queue,
            new Outbound.Ports(
                station.links::deliver,
                store::uuid,
                _ -> java.util.Optional.empty(),
                Chance.secure(),
                TimesToLive.DEFAULTS));
    outbound.start();
  }

  /** A durable message, and a frame on each of the other two families. */
  void send(NodeId to, int number) throws InterruptedException {
    send(to, "m" + number);
    for (var family : List.of(Family.STREAM, Family.ELECT)) {
      station.say(to, family, "f" + number);
    }
  }

  /** A durable message. */
  void send(NodeId to, String body) throws InterruptedException {
    outbound.send(to, Message.of("note", Bytes.utf8(body))).orThrow();
  }

  /** How many messages for a peer are leased, and how many wait. */
  String lane(NodeId to) {
    var lanes = queue.stats().lanes();
    var its = lanes.stream().filter(one -> one.lane().key().equals(to.toString())).toList();
    return "%d leased, %d wait"
        .formatted(
            its.stream().mapToLong(LaneStats::leased).sum(),
            its.stream().mapToLong(LaneStats::ready).sum());
  }

  /** The peer is reachable: no pause is worth while any more. */
  void linkUp(NodeId peer) {
    outbound.linkUp(peer);
  }

  @Override
  public void close() {
    outbound.close();
    queue.close();
    store.close();
  }
}

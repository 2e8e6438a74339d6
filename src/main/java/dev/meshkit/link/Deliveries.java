package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Handler;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.queue.Inbox;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The way in of durable messages: look in the inbox, run the handler, then mark and commit the
 * handler's own rows in one transaction, and only then answer.
 *
 * <p>One stream of a peer is served at a time, and the messages of each of its lanes in order on a
 * thread of that lane: a later stream is answered when the handlers of the earlier one have ended;
 * of those that wait for that, the ones that are over leave when another comes. Thread-safe.
 */
public final class Deliveries implements DeliveryServer {
  /**
   * Stores of one peer whose numbers are remembered: a wiped disk is a new one. When all places are
   * taken, one that goes by another name now has the place of its former one.
   */
  static final int MAX_STORES = 4;

  private final Map<String, Handler> handlers;
  private final Inbox inbox;
  private final Duration maxRun;
  private final Meters meters;
  private final ConcurrentHashMap<NodeId, DeliveryTurn> turns = new ConcurrentHashMap<>();

  /** How long a handler may take unless it is said otherwise. */
  static final Duration MAX_RUN = Duration.ofSeconds(30);

  /** Serves these topics, and there will be no others. */
  Deliveries(Map<String, Handler> handlers, Inbox inbox, Meters meters) {
    this(handlers, inbox, meters, MAX_RUN);
  }

  /** With another time for a handler, before it is interrupted, and its message tried again. */
  public Deliveries(Map<String, Handler> handlers, Inbox inbox, Meters meters, Duration maxRun) {
    this.maxRun = maxRun;
    this.handlers = Map.copyOf(handlers);
    this.inbox = inbox;
    this.meters = meters;
  }

  @Override
  public void serve(NodeId from, Duplex stream) throws InterruptedException {
    var turn = turns.computeIfAbsent(from, _ -> new DeliveryTurn());
    if (!turn.await(stream::isOver)) return; // the peer has opened another meanwhile
    try {
      var session = opened(from, stream);
      if (session.isPresent()) session.get().run();
    } finally {
      turn.end();
    }
  }

  /** The stream to serve, once the sender has said which store it sends from, and was answered. */
  private Optional<DeliverySession> opened(NodeId from, Duplex stream) throws InterruptedException {
    var first = stream.receive().map(DeliverCodec::up);
    if (first.isEmpty()) return Optional.empty();
    if (!(first.get() instanceof Decoded.Whole<Upward>(Upward.Open open))) {
      meters.count(Metric.QUEUE_INBOX_TOTAL, "MALFORMED");
      return Optional.empty();
    }
    var store = open.store();
    var known = inbox.stores(from);
    var highest = inbox.highest(from, store);
    if (!(known instanceof Result.Ok<List<Bytes>>(var stores))
        || !(highest instanceof Result.Ok<Map<String, Long>>(var marks))) {
      return Optional.empty(); // our store fails: the node is about to stop
    }
    var isFull = !stores.contains(store) && stores.size() >= MAX_STORES;
    var sender = new Judge.Sender(from, store, isFull && !hasGivenWay(from, open, stores));
    Function<String, Judge> judges =
        lane ->
            new Judge(handlers, inbox.lane(new Inbox.Source(from, store, lane)), sender, maxRun);
    return stream.send(DeliverCodec.down(new Downward.Opened(marks)))
        ? Optional.of(new DeliverySession(stream, judges, meters, inbox.monotonic(), open.runs()))
        : Optional.empty();
  }

  /** Whether a store of the peer that this one replaces has given it its place. */
  private boolean hasGivenWay(NodeId from, Upward.Open open, List<Bytes> stores)
      throws InterruptedException {
    for (var former : open.former())
      if (stores.contains(former)) return inbox.forget(from, former).isOk();
    return false;
  }
}

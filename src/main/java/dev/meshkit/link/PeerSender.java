package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Source;
import dev.meshkit.pipeline.Step;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sends to one peer: waits for work in any of its lanes, opens the one stream that they share, and
 * has each send its runs over it until none needs it. One virtual thread, and while a stream is
 * open one more for its receipts and one for each lane.
 */
final class PeerSender implements Runnable {
  private static final System.Logger LOG = System.getLogger(PeerSender.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int TRIES_BEFORE_PAUSES = 3;

  private final NodeId peer;
  private final Outbound of;
  private final Outbound.Ports ports;
  private final List<LaneSender> lanes; // one of each class
  private final Inlet<Unit> work = Inlet.bounded("work", 1); // full: it is known already
  private final Inlet<Unit> linkUp = Inlet.bounded("link up", 1);
  private volatile Runnable cut = PeerSender::nothing; // ends the stream that is open
  private Thread thread = Thread.currentThread(); // set once, before it starts
  private int failures;

  private PeerSender(NodeId peer, SafeTaskQueue<Bytes> queue, Outbound of) {
    this.peer = peer;
    this.of = of;
    this.ports = of.ports();
    this.lanes =
        Arrays.stream(TrafficClass.values())
            .map(cls -> new LaneSender(new Lane(peer.toString(), cls), queue))
            .toList();
  }

  static PeerSender start(NodeId peer, SafeTaskQueue<Bytes> queue, Outbound of) {
    var sender = new PeerSender(peer, queue, of);
    sender.thread = Thread.ofVirtual().name("out-" + peer).unstarted(sender);
    sender.thread.start();
    return sender;
  }

  /** There is something to send. */
  void work() {
    work.offer(Unit.UNIT);
  }

  /** The peer is reachable: no pause is worth while any more. */
  void linkUp() {
    linkUp.offer(Unit.UNIT);
  }

  private static void nothing() {}

  /** The peer is gone: what is open to it ends, and the next look sees why. */
  void cut() {
    cut.run();
    linkUp();
  }

  /** Ends it, and tells whose end to wait for; what has no receipt is given back. */
  Thread stop() {
    thread.interrupt();
    return thread;
  }

  /** Its lane of a class. */
  LaneSender lane(TrafficClass cls) {
    for (var lane : lanes) if (lane.lane().cls() == cls) return lane;
    throw new IllegalStateException("no lane of " + cls);
  }

  /** How many bytes are leased and were not yet taken by the stream. */
  long unsentBytes() {
    return lanes.stream().mapToLong(lane -> lane.unsentBytes().get()).sum();
  }

  @Override
  public void run() {
    try {
      while (goesOn()) {}
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the node stops
    }
  }

  /** Waits for work and sees to it; false once it has retired. */
  private boolean goesOn() throws InterruptedException {
    try {
      var next = work.source().take(isIdle() ? of.idleEnd() : Duration.ZERO);
      var isLongIdle = next instanceof Source.Next.Nothing<Unit> && isIdle();
      if (isLongIdle && of.retire(peer, this)) return false;
      if (!isIdle() && !hasGone() && !attempted()) pause();
    } catch (RuntimeException | Error bug) { // it costs a stream and a pause, never the lanes
      LOG.log(System.Logger.Level.ERROR, "sending to " + peer + " met a fault", bug);
      pause();
    }
    return true;
  }

  /** Whether none of its lanes has a message. */
  boolean isIdle() {
    return isIdle(lanes);
  }

  private static boolean isIdle(List<LaneSender> some) {
    return some.stream().allMatch(lane -> lane.live() == 0);
  }

  /** Whether the peer will never come, and nothing that may be taken waits for it any more. */
  private boolean hasGone() throws InterruptedException {
    if (!isGone()) return false;
    var gone = new GonePeer(peer, () -> ports.gone().apply(peer));
    for (var lane : lanes) if (lane.live() > 0) gone.end(lane.queue(), lane.lane());
    return isIdle();
  }

  private boolean isGone() {
    return ports.gone().apply(peer).isPresent();
  }

  /** Sends what there is, over one stream; false if there is no reason to try again at once. */
  private boolean attempted() throws InterruptedException {
    if (isGone()) return false;
    var store = ports.store().get();
    var way =
        ports.streams().open(peer).onErr(why -> lanes.forEach(lane -> lane.trouble().cut(why)));
    if (!(way instanceof Result.Ok<Duplex>(var call))) return false;
    lanes.forEach(lane -> lane.trouble().connected());
    try (var stream = new OneIdentity(call, store, ports.store())) {
      cut = stream::close;
      if (isGone()) return false; // since it was asked above: then nobody has cut this stream
      var welcome = welcome(stream);
      if (welcome.isEmpty()) return false;
      var achieved = sentOver(stream, welcome);
      if (achieved) failures = 0;
      return achieved;
    } finally {
      cut = PeerSender::nothing;
    }
  }

  /** The lanes whose messages the receiver waits for on this stream; none if it does not answer. */
  private List<LaneSender> welcome(OneIdentity stream) throws InterruptedException {
    var next =
        lanes.stream()
            .collect(
                Collectors.toMap(
                    one -> one.lane().cls().text(), one -> one.queue().nextOrigin(one.lane())));
    if (!stream.send(DeliverCodec.up(opening(stream.store(), next)))) return List.of();
    var answer = stream.receive().map(DeliverCodec::down);
    if (answer.isEmpty()
        || !(answer.get() instanceof Decoded.Whole<Downward>(Downward.Opened(var highest)))) {
      return List.of();
    }
    if (stream.isRetired()) return List.of(); // what it was told is of another identity
    var welcome = new ArrayList<LaneSender>();
    for (var one : lanes) {
      var mark = highest.getOrDefault(one.lane().cls().text(), 0L);
      if (!one.isRolledBack(mark, stream)) welcome.add(one);
    }
    return isIdle(welcome) ? List.of() : welcome;
  }

  private Upward.Open opening(Bytes store, Map<String, Long> next) {
    return new Upward.Open(store, next, true, ports.formers().get());
  }

  /**
   * Sends and receives until the stream is of no more use; a failure of any part ends all (T8), and
   * all have ended when this returns. False if nothing was achieved.
   */
  private boolean sentOver(Duplex stream, List<LaneSender> some) throws InterruptedException {
    var shared = new DeliverStream(stream, some.stream().map(LaneSender::lane).toList());
    var steps = new ArrayList<Step<Unit>>();
    steps.add(Step.of(shared::read));
    for (var one : some) steps.add(Step.of(() -> one.sendOver(shared, () -> isIdle(some))));
    return All.of(steps).isOk() || shared.achieved();
  }

  /**
   * Before the next try: half a second for the first few, then growing, ± 20 %. A link-up ends it,
   * and how often it failed before says nothing any more: the road that came up may have to be made
   * known, or dialled, before it is of use.
   */
  private void pause() throws InterruptedException {
    failures++;
    var doublings = Math.min(20, Math.max(0, failures - TRIES_BEFORE_PAUSES));
    var base =
        Math.min((double) LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() * Math.pow(2, doublings));
    var nanos = (long) (base * (0.8 + 0.4 * ports.chance().nextDouble()));
    work(); // whatever was to be sent still is
    var woken = linkUp.source().take(Duration.ofNanos(nanos));
    if (woken instanceof Source.Next.Got<Unit>) failures = 0;
  }
}

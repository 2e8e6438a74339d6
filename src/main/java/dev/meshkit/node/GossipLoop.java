package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.gossip.Effect;
import dev.meshkit.gossip.Facts;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Gossip;
import dev.meshkit.gossip.GossipOptions;
import dev.meshkit.gossip.Input;
import dev.meshkit.gossip.Past;
import dev.meshkit.gossip.Table;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.GossipCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Owns a {@link Gossip}: waits for an input or until something is due, steps, performs.
 *
 * <p>{@link #open} makes the generation durable, so that links can name it; {@link #run} is one
 * virtual thread and the only one that touches the core. What blocks is done on threads of its own,
 * whose answers come back as inputs. Other threads read {@link #view}.
 */
final class GossipLoop {
  private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(5);

  private final Gossip core;
  private final List<Effect> first;
  private final long generation;
  private final GossipDisk disk;
  private final Ports ports;
  private final MemberNews news;
  private final DualLeaders duals;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile GossipView view = GossipView.EMPTY;
  private volatile int differing;
  private volatile Optional<Effect.Stop.Cause> cause = Optional.empty();
  private long shown = -1;

  /**
   * What the loop stands on.
   *
   * @param inputs its mailbox
   * @param clocks time
   * @param chance the core's random bits
   * @param meters counts
   * @param events what people may ask about later
   * @param shown hears of each view before anybody sees it; must not block
   */
  record Ports(
      Mailbox<Input> inputs,
      Clocks clocks,
      RandomGenerator chance,
      Meters meters,
      NodeEvent.Sink events,
      Consumer<GossipView> shown) {}

  private GossipLoop(Gossip core, long generation, GossipDisk disk, Ports ports) {
    this.core = core;
    this.generation = generation;
    this.disk = disk;
    this.ports = ports;
    news = new MemberNews(core.self(), ports.meters(), ports.events());
    duals = new DualLeaders(core.self(), ports.meters(), ports.events());
    first = core.step(new Input.Saved(generation), facts(ports));
    show(); // who asks as soon as the node is open finds it among the members, and where it is
  }

  /** Reads the past and makes a generation durable that outranks it. Sends nothing yet. */
  static Result<GossipLoop> open(GossipOptions options, GossipDisk disk, Ports ports)
      throws InterruptedException {
    var past = disk.past();
    if (!(past instanceof Result.Ok<Past>(var known))) return past.cast();
    var core = new Gossip(options, known);
    for (var effect : core.step(new Input.Tick(), facts(ports))) {
      if (!(effect instanceof Effect.Save(var generation))) continue;
      return disk.raise(generation).map(_ -> new GossipLoop(core, generation, disk, ports));
    }
    throw new IllegalStateException("a core's first step saves its generation");
  }

  /** The generation of this life, durable. */
  long generation() {
    return generation;
  }

  /** The mesh as last seen. Never blocks. */
  GossipView view() {
    return view;
  }

  /** How many linked peers held something else when they last said so. Never blocks. */
  int differing() {
    return differing;
  }

  /** Why the core ended, once it has. */
  Optional<Effect.Stop.Cause> cause() {
    return cause;
  }

  /** Says goodbye and waits until it is said, at most {@code wait}; false if it was not. */
  boolean leave(Duration wait) throws InterruptedException {
    ports.inputs().offer(new Input.Leave());
    return ended.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Steps until the core stops or the thread is interrupted. */
  void run(PeerCalls peers) throws InterruptedException {
    try (var errands = new Errands(ports.inputs())) {
      for (var effect : first) perform(effect, peers, errands);
      while (cause.isEmpty()) {
        peers.retell();
        var input = ports.inputs().take(core.due(), new Input.Tick());
        ports.meters().count(Metric.LOOP_TURNS_TOTAL, "gossip");
        step(input, peers, errands);
      }
    } finally {
      ended.countDown();
    }
  }

  private void step(Input input, PeerCalls peers, Errands errands) {
    if (input instanceof Input.Received(_, var frame)) count("IN", frame);
    duals.hear(input);
    var before = view;
    var effects = core.step(input, facts(ports));
    show();
    var served = view.served(before);
    if (!served.isEmpty()) peers.served(served); // who is asked where now finds it in the view
    for (var effect : effects) perform(effect, peers, errands);
  }

  private void perform(Effect effect, PeerCalls peers, Errands errands) {
    switch (effect) {
      case Effect.Send(var to, var frame, _) -> {
        if (peers.send(to, GossipCodec.frame(frame))) count("OUT", frame);
      }
      case Effect.Dial(var at) -> errands.go(() -> dial(at, peers), new Input.Undialled(at));
      case Effect.Sync(var with, var ours, _) ->
          errands.go(() -> sync(with, ours, peers), new Input.SyncFailed(with));
      case Effect.Fetch(var from, var head) ->
          errands.go(() -> peers.fetch(from, head), new Input.Unfetched(head, from));
      case Effect.Answer(var slot, var ours) -> slot.answer(ours);
      case Effect.Want(var wanted) -> peers.want(wanted);
      case Effect.Event(var change) -> news.tell(change);
      case Effect.Save(var next) -> disk.raise(next, verdict -> saved(next, verdict));
      case Effect.Remember(var known) -> disk.remember(known, ports.clocks().wall().instant());
      case Effect.Stop(var why) -> cause = Optional.of(why);
    }
  }

  /** An error here means that the store has failed, and the store stops the node by itself. */
  private void saved(long next, Result<?> verdict) {
    if (verdict.isOk()) ports.inputs().offer(new Input.Saved(next));
  }

  private static Input dial(Endpoint at, PeerCalls peers) throws InterruptedException {
    return switch (peers.greet(at)) {
      case Result.Ok<NodeId>(var who) -> new Input.Dialled(at, who);
      case Result.Err<NodeId>(var _) -> new Input.Undialled(at);
    };
  }

  private Input sync(NodeId with, Table ours, PeerCalls peers) throws InterruptedException {
    return synced(
        with, peers.sync(with, GossipCodec.request(ours), SYNC_TIMEOUT).map(GossipCodec::response));
  }

  private Input synced(NodeId with, Result<Decoded<Table>> reply) {
    if (!(reply instanceof Result.Ok<Decoded<Table>>(var decoded)))
      return new Input.SyncFailed(with);
    return switch (decoded) {
      case Decoded.Whole<Table>(var theirs) -> new Input.Synced(with, theirs);
      case Decoded.Malformed<Table> _ -> {
        ports.meters().count(Metric.GOSSIP_REFUSED_TOTAL, "malformed");
        yield new Input.SyncFailed(with);
      }
    };
  }

  private void show() {
    differing = core.differing();
    if (core.version() == shown) return;
    shown = core.version();
    var next = GossipView.of(core.members(), core.claims(), core.joined(), core.sums());
    ports.shown().accept(next);
    view = next;
  }

  private void count(String direction, Frame frame) {
    ports.meters().count(Metric.GOSSIP_FRAMES_TOTAL, direction, kind(frame.body()));
  }

  private static String kind(Frame.Body body) {
    return switch (body) {
      case Frame.Greet _ -> "greet";
      case Frame.Reject _ -> "reject";
      case Frame.Ping _ -> "ping";
      case Frame.Ack _ -> "ack";
      case Frame.PingReq _ -> "ping_req";
      case Frame.FwdAck _ -> "fwd_ack";
      case Frame.Nack _ -> "nack";
      case Frame.News _ -> "gossip";
      case Frame.Accused _ -> "accused";
      case Frame.Leaving _ -> "leaving";
    };
  }

  private static Facts facts(Ports ports) {
    var clocks = ports.clocks();
    var now = clocks.monotonic().instant();
    return new Facts(now, clocks.wall().instant(), ports.chance().nextLong());
  }
}

package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Input;
import dev.meshkit.gossip.Table;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.transport.Family;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import dev.meshkit.wire.GossipCodec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Decodes what peers send and offers it to the mailboxes of the loops. What is malformed, of a
 * scope that this node does not run, or finds a mailbox full, is dropped and counted. Thread-safe.
 */
public final class Dispatcher implements Inbound {
  private static final Duration SYNC_LIMIT = Duration.ofSeconds(2);

  private final Mailbox<Input> gossip;
  private final Map<Scope, Mailbox<dev.meshkit.election.Input>> elections;
  private final Meters meters;

  /**
   * Hands frames on.
   *
   * @param gossip the gossip loop's mailbox
   * @param elections the mailbox of each scope that this node runs
   * @param meters counts what is dropped
   */
  public Dispatcher(
      Mailbox<Input> gossip,
      Map<Scope, Mailbox<dev.meshkit.election.Input>> elections,
      Meters meters) {
    this.gossip = gossip;
    this.elections = Map.copyOf(elections);
    this.meters = meters;
  }

  @Override
  public void up(NodeId peer) {
    offer(new Input.LinkUp(peer));
  }

  @Override
  public void down(NodeId peer, boolean refused) {
    offer(new Input.LinkDown(peer, refused));
  }

  @Override
  public void frame(NodeId from, Family family, Bytes frame) {
    switch (family) {
      case STREAM -> gossip(from, frame);
      case ELECT -> elect(from, frame);
      case DELIVER -> throw new IllegalArgumentException("deliveries are served, not dispatched");
    }
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException {
    var tried = "answer the sync of " + from;
    return switch (GossipCodec.request(request)) {
      case Decoded.Malformed<Table>(var why) -> {
        meters.count(Metric.GOSSIP_REFUSED_TOTAL, "malformed");
        yield Result.err(MeshError.validation(tried, why, "use a release that speaks our wire"));
      }
      case Decoded.Whole<Table>(var theirs) -> answer(from, theirs, tried);
    };
  }

  private Result<Bytes> answer(NodeId from, Table theirs, String tried)
      throws InterruptedException {
    var slot = new ArrayBlockingQueue<Table>(1);
    if (!offer(new Input.SyncAsked(from, theirs, slot::offer))) {
      return Result.err(MeshError.unavailable(tried, "the gossip loop is busy", "try again"));
    }
    var ours = slot.poll(SYNC_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    return ours == null
        ? Result.err(new MeshError.TimedOut(SYNC_LIMIT, tried))
        : Result.ok(GossipCodec.response(ours));
  }

  private void gossip(NodeId from, Bytes bytes) {
    switch (GossipCodec.frame(bytes)) {
      case Decoded.Whole<dev.meshkit.gossip.Frame>(var frame) ->
          offer(new Input.Received(from, frame));
      case Decoded.Malformed<dev.meshkit.gossip.Frame> _ ->
          meters.count(Metric.GOSSIP_REFUSED_TOTAL, "malformed");
    }
  }

  private boolean offer(Input input) {
    var taken = gossip.offer(input);
    if (!taken) meters.count(Metric.MAILBOX_REJECTED_TOTAL, "gossip");
    return taken;
  }

  private void elect(NodeId from, Bytes bytes) {
    switch (ElectCodec.frame(bytes)) {
      case Decoded.Whole<dev.meshkit.election.Frame>(var frame) -> elect(from, frame);
      case Decoded.Malformed<dev.meshkit.election.Frame> _ -> dropped("malformed");
    }
  }

  private void elect(NodeId from, dev.meshkit.election.Frame frame) {
    var scope = frame.header().scope();
    var mailbox = elections.get(scope);
    if (mailbox == null) {
      dropped("scope");
    } else if (!mailbox.offer(new dev.meshkit.election.Input.Received(from, frame))) {
      meters.count(Metric.MAILBOX_REJECTED_TOTAL, "election-" + scope);
    }
  }

  private void dropped(String reason) {
    meters.count(Metric.STREAM_DROPS_TOTAL, Family.ELECT.name(), reason);
  }
}

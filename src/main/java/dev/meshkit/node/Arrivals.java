package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.link.Inbound;
import dev.meshkit.link.Outbound;
import dev.meshkit.transport.Family;
import dev.meshkit.wire.RecordCodec;

/**
 * What peers do, for the loops and for the senders: a live road wakes what waits for that peer.
 *
 * @param dispatcher hands frames to the loops
 * @param outbound holds what waits
 * @param leaders answers what is asked of whoever leads
 * @param views the committed records that peers may ask for
 */
record Arrivals(Inbound dispatcher, Outbound outbound, LeaderCalls leaders, Views views)
    implements Inbound {
  @Override
  public void up(NodeId peer) {
    dispatcher.up(peer);
    outbound.linkUp(peer);
  }

  @Override
  public void down(NodeId peer, boolean refused) {
    dispatcher.down(peer, refused);
  }

  @Override
  public void frame(NodeId from, Family family, Bytes frame) {
    dispatcher.frame(from, family, frame);
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException {
    var wanted = RecordCodec.wanted(request);
    return wanted.isPresent()
        ? Result.ok(RecordCodec.response(views.of(wanted.get())))
        : dispatcher.sync(from, request);
  }

  @Override
  public Result<Bytes> command(NodeId from, Bytes request) throws InterruptedException {
    return leaders.serve(from, request);
  }
}

package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.gossip.Input;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.transport.Family;

/**
 * Decodes what peers send and offers it to the mailboxes of the loops. What is malformed, or finds
 * a mailbox full, is dropped and counted. Thread-safe.
 */
public final class Dispatcher implements Inbound {
  private final Mailbox<Input> gossip;
  private final Meters meters;

  /** Hands gossip to this mailbox. */
  public Dispatcher(Mailbox<Input> gossip, Meters meters) {
    this.gossip = gossip;
    this.meters = meters;
  }

  @Override
  public void up(NodeId peer) {
    if (!gossip.offer(new Input.LinkUp(peer))) meters.count(Metric.GOSSIP_REFUSED_TOTAL, "mailbox");
  }

  @Override
  public void down(NodeId peer, boolean refused) {
    gossip.offer(new Input.LinkDown(peer, refused));
  }

  @Override
  public void frame(NodeId from, Family family, Bytes frame) {
    throw new UnsupportedOperationException("being built: " + from + family + frame);
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException {
    throw new UnsupportedOperationException("being built: " + from + request);
  }
}

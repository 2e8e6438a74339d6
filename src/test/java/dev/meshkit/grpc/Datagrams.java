package dev.meshkit.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what leaves a socket: packets, and the flushes that send them. */
@Sharable
public final class Datagrams extends ChannelOutboundHandlerAdapter implements AutoCloseable {
  private final Channel socket;
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong flushes = new AtomicLong();
  private final AtomicLong most = new AtomicLong();
  private long unflushed; // the event loop's

  /**
   * What left so far.
   *
   * @param packets datagrams, those that the kernel splits off counted each
   * @param flushes that had something to send
   */
  public record Count(long packets, long flushes) {
    /** What left since {@code then}. */
    public Count since(Count then) {
      return new Count(packets - then.packets, flushes - then.flushes);
    }
  }

  private Datagrams(Channel socket) {
    this.socket = socket;
    socket.pipeline().addFirst(this);
  }

  /** Counts on a server of ours, from now on. */
  public static Datagrams of(Server server) {
    return new Datagrams(((Http3Server) server).socket().orElseThrow());
  }

  /** Counts on the socket from which this channel of ours dials, from now on. */
  public static Datagrams of(ManagedChannel channel) {
    var reactor = Reactor.join();
    try {
      return new Datagrams(reactor.dialSocket(((Http3Channel) channel).loop()));
    } finally {
      reactor.leave();
    }
  }

  /** Counts no more. */
  @Override
  public void close() {
    socket.pipeline().remove(this);
  }

  Channel socket() {
    return socket;
  }

  /** What left so far. */
  public Count count() {
    return new Count(packets.get(), flushes.get());
  }

  /** The most packets that one flush sent. */
  long mostTogether() {
    return most.get();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof DatagramPacket packet && packet.content().isReadable()) {
      var some =
          packet instanceof SegmentedDatagramPacket many
              ? Math.ceilDiv(many.content().readableBytes(), many.segmentSize())
              : 1;
      packets.addAndGet(some);
      unflushed += some;
    }
    ctx.write(message, promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (unflushed > 0) flushes.incrementAndGet();
    most.accumulateAndGet(unflushed, Math::max);
    unflushed = 0;
    ctx.flush();
  }
}

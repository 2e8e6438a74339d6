package dev.meshkit.transport;

import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import dev.meshkit.security.Identity;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP/2 connections that were accepted, by where they come from: grpc-netty sends all of a
 * server's peers elsewhere or none, but for their age; nor does it count them. Thread-safe.
 */
final class TcpGuests {
  private static final long CUT_SECONDS = 2;

  private final Map<SocketAddress, Channel> all = new ConcurrentHashMap<>();
  private final Set<Channel> shaking = ConcurrentHashMap.newKeySet();
  private final TcpPlaces places = new TcpPlaces();

  /** What a connection has among the others. */
  private final class Seat implements TcpPlaces.Place {
    private final SocketAddress remote;
    private final Visit visit;
    private volatile boolean sentAway;

    Seat(SocketAddress remote, Visit visit) {
      this.remote = remote;
      this.visit = visit;
    }

    @Override
    public boolean isStaying() {
      return !sentAway;
    }

    @Override
    public boolean isUnused() {
      return visit.isUnused();
    }

    @Override
    public void sendAway() {
      sentAway = true;
      TcpGuests.this.sendAway(remote);
    }
  }

  /** One was accepted. False if there are too many whose handshake is under way, or in all. */
  boolean add(Channel channel) {
    var remote = channel.remoteAddress();
    if (remote == null) return true; // it has gone already
    if (shaking.size() >= TcpPlaces.HANDSHAKES) return false;
    if (all.size() >= TcpPlaces.IN_ALL + TcpPlaces.HANDSHAKES) return false;
    shaking.add(channel);
    all.put(remote, channel);
    channel.closeFuture().addListener(_ -> gone(remote, channel));
    return true;
  }

  private void gone(SocketAddress remote, Channel channel) {
    shaking.remove(channel);
    all.remove(remote, channel);
  }

  /**
   * One speaks HTTP/2 from now on: what it has been let in as, if there is a place for it. Whoever
   * is not let in is kept for a moment, because only the answer to a call can tell it why.
   */
  Admission ready(SocketAddress remote, Admission checked, Visit visit) {
    var channel = all.get(remote);
    if (channel == null) return checked; // it has gone already
    shaking.remove(channel);
    var admission = checked instanceof Admitted(var who) ? seated(channel, who, visit) : checked;
    if (admission instanceof Refused) cut(channel);
    return admission;
  }

  private Admission seated(Channel channel, Identity who, Visit visit) {
    var seat = new Seat(channel.remoteAddress(), visit);
    if (!places.take(who.uri(), seat)) return TcpPlaces.FULL;
    channel.closeFuture().addListener(_ -> places.leave(who.uri(), seat));
    return new Admitted(who);
  }

  /** Ends a connection soon: its peer reads before that why. */
  static void cut(Channel channel) {
    var cut = channel.eventLoop().schedule(() -> close(channel), CUT_SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener(_ -> cut.cancel(false));
  }

  private static void close(Channel channel) {
    var _ = channel.close();
  }

  /** Whoever came from there was let in: from now on it is looked whether its path is lost. */
  void watch(SocketAddress remote, Visit visit) {
    var channel = all.get(remote);
    if (channel != null) channel.eventLoop().execute(() -> watch(channel, visit));
  }

  private static void watch(Channel channel, Visit visit) {
    if (!channel.isActive()) return; // it would never be told to stop
    channel.pipeline().addFirst(new TcpWatch(visit::roundTrip, visit::lost));
  }

  /**
   * Asks a peer to go elsewhere, with the first of the two GOAWAYs of RFC 9113 §6.8: all that it
   * has open, or has sent, goes on, and it opens nothing new here. Never blocks.
   */
  void sendAway(SocketAddress remote) {
    var channel = all.get(remote);
    if (channel != null) channel.eventLoop().execute(() -> goAway(channel));
  }

  private static void goAway(Channel channel) {
    var http2 = channel.pipeline().context(Http2ConnectionHandler.class);
    if (http2 == null || !(http2.handler() instanceof Http2ConnectionHandler handler)) return;
    var why = ByteBufUtil.writeAscii(channel.alloc(), "renewed");
    var _ =
        handler.goAway(
            http2, Integer.MAX_VALUE, Http2Error.NO_ERROR.code(), why, http2.newPromise());
    http2.flush();
  }
}

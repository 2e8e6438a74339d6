package dev.meshkit.transport;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The HTTP/2 connections that were accepted, by where they come from: grpc-netty sends all of a
 * server's peers elsewhere or none, but for their age. Thread-safe.
 */
final class TcpGuests {
  private final Map<SocketAddress, Channel> all = new ConcurrentHashMap<>();

  /** One was accepted. */
  void add(Channel channel) {
    var remote = channel.remoteAddress();
    if (remote == null) return; // it has gone already
    all.put(remote, channel);
    channel.closeFuture().addListener(_ -> all.remove(remote, channel));
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

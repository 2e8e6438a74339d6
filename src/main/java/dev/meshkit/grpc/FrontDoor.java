package dev.meshkit.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What stands in front of a listener's QUIC codec: the answer to packets of an earlier life, the
 * bounds of handshakes, the tokens of Retry, the addresses that are barred. Confined to the event
 * loop of the socket.
 */
final class FrontDoor {
  private final ServerIds ids;
  private final PenaltyBox penalties;
  private final HandshakeGate gate;
  private final ResetHintSender hints;
  private final RetryTokens tokens;

  FrontDoor(Bounds bounds, InstantSource monotonic, SecureRandom chance) {
    ids = new ServerIds(chance);
    penalties = new PenaltyBox(monotonic, bounds.floods().penalty());
    hints = new ResetHintSender(ids);
    var asking = new AtomicBoolean();
    tokens = new RetryTokens(asking::get, monotonic, chance);
    gate = new HandshakeGate(bounds.handshakes(), penalties, ids, asking, tokens, monotonic);
  }

  ServerIds ids() {
    return ids;
  }

  RetryTokens tokens() {
    return tokens;
  }

  HandshakeGate gate() {
    return gate;
  }

  /** The whole pipeline of the socket. */
  ChannelHandler before(ChannelHandler codec) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel socket) {
        socket.pipeline().addLast(hints, gate, codec);
      }
    };
  }

  /** This peer has flooded us: for a while it may not come back. */
  void punish(SocketAddress remote) {
    if (remote instanceof InetSocketAddress inet) penalties.punish(inet.getAddress());
  }

  /** Another second has passed. */
  void second() {
    for (var i = 0; i < Ticks.A_SECOND; i++) hints.tick();
  }
}

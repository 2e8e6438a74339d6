package dev.meshkit.transport;

import dev.meshkit.security.TlsCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * A listening TCP socket that tells how each handshake ended when it ended: grpc-netty tells of a
 * peer only once it speaks HTTP/2, and many of those that must not come in never do. A peer without
 * a certificate is kept for a moment, because only the answer to a call can tell it why; then it is
 * cut.
 */
final class TcpDoor extends NioServerSocketChannel {
  private final Consumer<TlsCode> refused;
  private final TcpGuests guests;

  /**
   * A door that is not bound yet.
   *
   * @param refused hears of every peer that is not let in, but for those a trust manager met
   * @param guests hears of every connection
   */
  TcpDoor(Consumer<TlsCode> refused, TcpGuests guests) {
    this.refused = refused;
    this.guests = guests;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    var before = accepted.size();
    var count = super.doReadMessages(accepted);
    for (var one : List.copyOf(accepted.subList(before, accepted.size()))) {
      var channel = (Channel) one;
      if (guests.add(channel)) {
        channel.pipeline().addLast(new Watch(refused));
      } else {
        accepted.remove(channel);
        turnAway(channel);
      }
    }
    return count < 0 ? count : accepted.size() - before;
  }

  /** Too many at once: they come again. */
  private void turnAway(Channel channel) {
    channel.unsafe().closeForcibly(); // it is on no event loop yet
    refused.accept(TlsCode.OVERLOAD);
  }

  /** Stands before all others, until the first bytes come: from then on there is a handshake. */
  private static final class Watch extends ChannelInboundHandlerAdapter {
    private final Consumer<TlsCode> refused;

    Watch(Consumer<TlsCode> refused) {
      this.refused = refused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      var tls = context.pipeline().get(SslHandler.class);
      tls.handshakeFuture().addListener((Future<Channel> done) -> ended(done, tls.engine()));
      context.pipeline().remove(this);
      context.fireChannelRead(bytes);
    }

    private void ended(Future<Channel> done, SSLEngine engine) {
      if (done.isSuccess()) {
        if (isAnonymous(engine)) cut(done.getNow());
      } else if (isRefusal(done.cause())) {
        refused.accept(TlsCode.UNCLASSIFIED);
      }
    }

    private void cut(Channel anonymous) {
      refused.accept(TlsCode.NO_CERTIFICATE);
      TcpGuests.cut(anonymous);
    }

    /** Who only went away was not refused; whom a trust manager refused has been counted. */
    private static boolean isRefusal(Throwable failure) {
      var isOfTls = false;
      var cause = failure;
      for (var i = 0; i < 16 && cause != null; i++) {
        if (cause instanceof ClosedChannelException) return false;
        if (TlsCode.in(String.valueOf(cause.getMessage())).isPresent()) return false;
        isOfTls |= cause instanceof SSLException;
        cause = cause.getCause();
      }
      return isOfTls;
    }

    private static boolean isAnonymous(SSLEngine engine) {
      try {
        return engine.getSession().getPeerCertificates().length == 0;
      } catch (SSLPeerUnverifiedException _) {
        return true;
      }
    }
  }
}

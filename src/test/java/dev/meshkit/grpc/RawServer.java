package dev.meshkit.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** An HTTP/3 server without gRPC and without our manners: each stream is answered as told. */
final class RawServer implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel socket;
  final AtomicInteger connections = new AtomicInteger();
  final CountDownLatch request = new CountDownLatch(1);
  private final Map<Integer, Integer> received = new ConcurrentHashMap<>();

  /**
   * What it does.
   *
   * @param alpn the protocol it speaks
   * @param onHandshake done to a connection whose handshake is finished
   * @param onRequest done to each request, with the number of its connection, from 1
   */
  record Manners(
      String alpn,
      java.util.function.Consumer<QuicChannel> onHandshake,
      BiConsumer<QuicStreamChannel, Integer> onRequest) {}

  RawServer(TlsIdentity identity, Manners manners) throws Exception {
    this(identity, manners, 1 << 18);
  }

  /** One that takes no more than {@code window} bytes of a request that it does not read. */
  RawServer(TlsIdentity identity, Manners manners, int window) throws Exception {
    var tls =
        QuicSslContextBuilder.forServer(identity.key(), null)
            .trustManager(identity.trust())
            .clientAuth(ClientAuth.REQUIRE)
            .applicationProtocols(manners.alpn())
            .build();
    var codec =
        new QuicServerCodecBuilder()
            .sslContext(tls)
            .maxIdleTimeout(30, TimeUnit.SECONDS)
            .initialMaxData(1 << 20)
            .initialMaxStreamDataBidirectionalLocal(1 << 18)
            .initialMaxStreamDataBidirectionalRemote(window)
            .initialMaxStreamDataUnidirectional(1 << 16)
            .initialMaxStreamsBidirectional(16)
            .initialMaxStreamsUnidirectional(4)
            .handler(new Accepted(manners))
            .build();
    socket =
        new Bootstrap()
            .group(loop)
            .channel(NioDatagramChannel.class)
            .handler(codec)
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  private final class Accepted extends ChannelInitializer<QuicChannel> {
    private final Manners manners;

    Accepted(Manners manners) {
      this.manners = manners;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    protected void initChannel(QuicChannel connection) {
      var number = connections.incrementAndGet();
      connection
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                  if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                    manners.onHandshake().accept(connection);
                  }
                  ctx.fireUserEventTriggered(event);
                }
              })
          .addLast(new Http3ServerConnectionHandler(new Requests(manners, number)));
    }
  }

  private final class Requests extends ChannelInitializer<QuicStreamChannel> {
    private final Manners manners;
    private final int connection;

    Requests(Manners manners, int connection) {
      this.manners = manners;
      this.connection = connection;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    protected void initChannel(QuicStreamChannel stream) {
      stream
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                  if (message instanceof Http3HeadersFrame) {
                    manners.onRequest().accept(stream, connection);
                    request.countDown();
                  }
                  if (message instanceof Http3DataFrame data) {
                    received.merge(connection, data.content().readableBytes(), Integer::sum);
                  }
                  ReferenceCountUtil.release(message);
                }
              });
    }
  }

  /** How many bytes of messages came on a connection, counted from 1. */
  int received(int connection) {
    return received.getOrDefault(connection, 0);
  }

  /** Answers a call with one empty message. */
  static void answer(QuicStreamChannel stream) {
    var head = new DefaultHttp3Headers(false);
    head.status("200").add("content-type", "application/grpc");
    stream.write(new DefaultHttp3HeadersFrame(head));
    stream.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(new byte[5])));
    var trailers = new DefaultHttp3Headers(false);
    trailers.add("grpc-status", "0");
    stream
        .writeAndFlush(new DefaultHttp3HeadersFrame(trailers))
        .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
  }

  /** Says on a connection that requests from this id on are not served. */
  static void goAway(QuicChannel connection, long id) {
    var control = Http3.getLocalControlStream(connection);
    if (control == null) throw new AssertionError("no control stream");
    control.writeAndFlush(new DefaultHttp3GoAwayFrame(id));
  }

  @Override
  public void close() throws Exception {
    socket.close().await(5, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

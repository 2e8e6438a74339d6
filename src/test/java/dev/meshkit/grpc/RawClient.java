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
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInitializer;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.handler.codec.http3.Http3UnknownFrame;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * An HTTP/3 client without gRPC, and without our manners: it opens, resets and sends whatever it is
 * told, and remembers what came back.
 */
final class RawClient implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel socket;
  private final QuicChannel connection;
  private final CountDownLatch settings = new CountDownLatch(1);
  private final List<Long> goAways = new CopyOnWriteArrayList<>();
  private final AtomicReference<QuicConnectionCloseEvent> close = new AtomicReference<>();

  RawClient(InetSocketAddress server, TlsIdentity identity) throws Exception {
    this(server, identity, new InetSocketAddress(0));
  }

  /** One that dials from an address of its own. */
  RawClient(InetSocketAddress server, TlsIdentity identity, InetSocketAddress from)
      throws Exception {
    var tls = TlsContexts.forClient(() -> identity);
    socket =
        new Bootstrap()
            .group(loop)
            .channel(NioDatagramChannel.class)
            .handler(QuicSettings.clientCodec(loop.next()))
            .bind(from)
            .sync()
            .channel();
    connection =
        QuicChannel.newBootstrap(socket)
            .attr(QuicSettings.ENGINE, tls::engine)
            .handler(new Handlers())
            .remoteAddress(server)
            .connect()
            .get(90, TimeUnit.SECONDS);
    if (!settings.await(90, TimeUnit.SECONDS)) throw new AssertionError("no SETTINGS came");
  }

  private final class Handlers extends ChannelInitializer<QuicChannel> {
    @Override
    protected void initChannel(QuicChannel channel) {
      channel
          .pipeline()
          .addLast(new Closes())
          .addLast(
              new Http3ClientConnectionHandler(
                  new Control(), null, null, QuicSettings.http3(), true));
    }
  }

  private final class Closes extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof QuicConnectionCloseEvent how) close.set(how);
      ctx.fireUserEventTriggered(event);
    }
  }

  private final class Control extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http3SettingsFrame) settings.countDown();
      if (message instanceof Http3GoAwayFrame frame) goAways.add(frame.id());
      ReferenceCountUtil.release(message);
    }
  }

  /** The ids of all GOAWAYs so far. */
  List<Long> goAways() {
    return List.copyOf(goAways);
  }

  boolean isClosed() {
    return !connection.isActive();
  }

  /** The code with which the server closed the connection, or -1 if it said none. */
  long closeCode() {
    var event = close.get();
    return event == null ? -1 : Integer.toUnsignedLong(event.error());
  }

  /** How many more request streams it may open. Netty looks only when there was none left. */
  private long streamsLeft() {
    return connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL);
  }

  QuicChannel connection() {
    return connection;
  }

  /** Writes so many empty reserved frames on the control stream. */
  void ping(int times) throws Exception {
    run(
        () -> {
          var control = Http3.getLocalControlStream(connection);
          for (var i = 0; i < times; i++) {
            control.write(new DefaultHttp3UnknownFrame(0x40, Unpooled.EMPTY_BUFFER));
          }
        });
  }

  /** Opens the stream on which our clients tell of their cancels (transport.md §6). */
  QuicStreamChannel cancelStream() throws Exception {
    var stream =
        connection
            .createStream(QuicStreamType.UNIDIRECTIONAL, new ChannelInboundHandlerAdapter())
            .get(90, TimeUnit.SECONDS);
    tell(stream, CancelStream.TYPE);
    return stream;
  }

  /** Writes a number on such a stream: the id of a cancelled call. */
  void tell(QuicStreamChannel stream, long number) throws Exception {
    run(
        () -> {
          var bytes = Unpooled.directBuffer(8);
          Varint.write(bytes, number);
          stream.writeAndFlush(bytes);
        });
  }

  void run(Runnable step) throws Exception {
    connection.eventLoop().submit(step).get(90, TimeUnit.SECONDS);
  }

  /** A request stream, open, with nothing sent on it; waits until there is room for one. */
  Stream open() throws Exception {
    awaitRoom();
    var stream = new Stream();
    stream.channel = begin(stream).get(90, TimeUnit.SECONDS);
    return stream;
  }

  private void awaitRoom() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .until(() -> isClosed() || streamsLeft() > 0);
  }

  /** As many request streams as there is room for, so many at most, each used at once. */
  void openMany(int most, Consumer<Stream> use) throws Exception {
    run(
        () -> {
          for (var i = 0; i < most && streamsLeft() > 0; i++) {
            var stream = new Stream();
            begin(stream)
                .addListener(
                    (Future<QuicStreamChannel> opened) -> {
                      if (!opened.isSuccess()) return; // no room
                      stream.channel = opened.getNow();
                      use.accept(stream);
                    });
          }
        });
  }

  private Future<QuicStreamChannel> begin(Stream stream) {
    var initializer =
        new Http3RequestStreamInitializer() {
          @Override
          protected void initRequestStream(QuicStreamChannel channel) {
            channel.pipeline().addLast(stream);
          }
        };
    return Http3.newRequestStream(connection, initializer);
  }

  /** A request stream with the head of a call of a method of the test's service. */
  Stream call(String method) throws Exception {
    var stream = open();
    stream.headers(head(method));
    return stream;
  }

  /** A request stream on which nothing was sent, without HTTP/3: the server knows nothing of it. */
  Stream bare() throws Exception {
    awaitRoom();
    var stream = new Stream();
    stream.channel =
        connection.createStream(QuicStreamType.BIDIRECTIONAL, stream).get(90, TimeUnit.SECONDS);
    return stream;
  }

  /**
   * Request streams, each with a request, though the server has said that it takes no more; in one
   * turn, so that the server finds several packets at once.
   */
  void openAnyway(int streams) throws Exception {
    run(
        () -> {
          for (var i = 0; i < streams; i++) {
            connection
                .createStream(QuicStreamType.BIDIRECTIONAL, new Stream())
                .addListener((Future<QuicStreamChannel> opened) -> request(opened));
          }
        });
  }

  /**
   * Request streams, as many as there is room for and so many at most, each begun and given up at
   * once, GOAWAY or not; how many.
   */
  int giveUpMany(int most, int code) throws Exception {
    var begun = new AtomicInteger();
    run(
        () -> {
          for (var i = 0; i < most && streamsLeft() > 0; i++) {
            connection
                .createStream(QuicStreamType.BIDIRECTIONAL, new Stream())
                .addListener(
                    (Future<QuicStreamChannel> opened) -> {
                      if (!opened.isSuccess()) return; // there is no room
                      begun.incrementAndGet();
                      request(opened);
                      opened.getNow().shutdownOutput(code);
                    });
          }
        });
    return begun.get();
  }

  private static void request(Future<QuicStreamChannel> opened) {
    if (!opened.isSuccess()) return; // there is no room, or no connection any more
    opened.getNow().writeAndFlush(Unpooled.wrappedBuffer(KwikClient.head(KwikClient.UNARY)));
  }

  static DefaultHttp3Headers head(String method) {
    var fields = new DefaultHttp3Headers(false);
    fields
        .method("POST")
        .scheme("https")
        .authority("test")
        .path("/meshkit.test.Probe/" + method)
        .add("content-type", "application/grpc")
        .add("te", "trailers");
    return fields;
  }

  /** One request stream, and what came on it. */
  static final class Stream extends ChannelInboundHandlerAdapter {
    final List<String> read = new CopyOnWriteArrayList<>();
    private QuicStreamChannel channel;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      switch (message) {
        case Http3HeadersFrame frame -> read.add(nameOf(frame));
        case Http3DataFrame frame -> read.add("data " + frame.content().readableBytes());
        case Http3UnknownFrame frame -> read.add("unknown " + frame.type());
        default -> read.add(message.toString());
      }
      ReferenceCountUtil.release(message);
    }

    private static String nameOf(Http3HeadersFrame frame) {
      var status = frame.headers().get("grpc-status");
      return status == null ? "headers " + frame.headers().status() : "status " + status;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownReadComplete.INSTANCE) read.add("fin");
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      read.add(
          cause instanceof QuicStreamResetException reset
              ? "reset 0x" + Long.toHexString(reset.applicationProtocolCode())
              : cause.toString());
    }

    /** None of these waits: what is sent to a stream that was stopped is never told of. */
    Stream headers(Http3Headers fields) {
      var _ = channel.writeAndFlush(new DefaultHttp3HeadersFrame(fields));
      return this;
    }

    /** On a bare one: these bytes, and FIN. */
    void all(byte[]... bytes) {
      var whole = Unpooled.wrappedBuffer(H3.concat(bytes));
      var _ = channel.writeAndFlush(new DefaultQuicStreamFrame(whole, true));
    }

    Stream data(byte... bytes) {
      var _ = channel.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.copiedBuffer(bytes)));
      return this;
    }

    Stream fin() {
      var _ = channel.shutdownOutput();
      return this;
    }

    void reset(int code) throws Exception {
      channel.shutdownOutput(code).get(90, TimeUnit.SECONDS);
    }

    void stopSending(int code) throws Exception {
      channel.shutdownInput(code).get(90, TimeUnit.SECONDS);
    }

    long id() {
      return channel.streamId();
    }

    QuicStreamChannel channel() {
      return channel;
    }
  }

  @Override
  public void close() throws Exception {
    connection.close().await(5, TimeUnit.SECONDS);
    socket.close().await(5, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T6: what was read of a stream in one go is told in one go, in as few pieces as it takes, whatever
 * frames it came in; and nothing overtakes it. Below every call: the events of one stream.
 */
@Timeout(60)
class InflowTest {
  private static final int BYTES = 1_000; // in a frame each, so three packets

  private final Heard heard = new Heard();
  private final Reactor reactor = Reactor.join();
  private final EventLoop loop = reactor.listenLoop();
  private final TestCa ca;
  private Channel socket;

  InflowTest() throws Exception {
    ca = new TestCa("test");
  }

  /** What a stream has told, in order. On the event loop, until it is complete. */
  private static final class Heard implements StreamEvents {
    final List<String> events = new ArrayList<>();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CompletableFuture<List<String>> complete = new CompletableFuture<>();
    int pieces;

    @Override
    public void headers(Http3Headers fields) {
      events.add("headers");
    }

    @Override
    public void data(ByteBuf piece) {
      pieces++;
      if (!events.getLast().equals("data")) events.add("data");
      bytes.writeBytes(ByteBufUtil.getBytes(piece));
      piece.release();
    }

    @Override
    public void end() {
      events.add("end");
    }

    @Override
    public void lost(Status cause) {
      events.add("lost");
      flush();
    }

    @Override
    public void ready() {}

    @Override
    public void finished() {}

    @Override
    public void tick() {}

    @Override
    public void flush() {
      if (List.of("end", "lost").contains(events.getLast())) complete.complete(events);
    }
  }

  /** Serves every request by telling of it. */
  private final class Owner implements ConnectionOwner {
    @Override
    public boolean hasRoom(Connection connection) {
      return true;
    }

    @Override
    public ChannelHandler http3(Connection connection) {
      return new Http3ServerConnectionHandler(
          new Discard(),
          new ControlFrames(connection, true),
          _ -> new Discard(),
          QuicSettings.http3(),
          true);
    }

    @Override
    public boolean serves(Connection connection, QuicStreamChannel channel) {
      var stream = new CallStream(true, reactor.commands(loop), heard);
      channel.config().setAutoRead(false);
      connection.streamAccepted(channel.streamId(), stream);
      channel.pipeline().addLast(new StreamTail(connection, stream));
      stream.accept(connection, channel);
      return true;
    }

    @Override
    public void usable(Connection connection) {}

    @Override
    public void roomForStreams(Connection connection) {}

    @Override
    public void draining(Connection connection) {}

    @Override
    public void ticked(Connection connection) {}

    @Override
    public void flooded(Connection connection) {}

    @Override
    public void lost(Connection connection, Http3ConnectException cause) {}
  }

  @BeforeEach
  void open() throws Exception {
    var bounds = Bounds.defaults();
    var terms =
        new ConnectionTerms(
            (_, _) -> new Verdict.Admit(),
            KeepAlive.defaults(),
            TransportFilters.ofServer(List.of()),
            Lifetime.ofAccepted(),
            Duration.ofSeconds(20),
            bounds.floods(),
            PingWatch.Permit.any(),
            Chance.seeded(1));
    var identity = ca.identity(Meshless.SERVER);
    var tls = TlsContexts.forServer(() -> identity);
    var door = new FrontDoor(bounds, Clocks.system().monotonic(), Chance.secure());
    var acceptor =
        new ChannelInitializer<QuicChannel>() {
          @Override
          protected void initChannel(QuicChannel channel) {
            var remote = Objects.requireNonNull(channel.remoteSocketAddress());
            var _ = new Connection(reactor, channel, remote, new Owner(), terms);
          }
        };
    var codec = QuicSettings.serverCodec(loop, tls::engine, acceptor, door);
    socket =
        reactor
            .bind(loop, door.before(codec), new InetSocketAddress("127.0.0.1", 0))
            .sync()
            .channel();
  }

  @AfterEach
  void close() {
    socket.close().syncUninterruptibly();
    reactor.leave();
  }

  private RawClient dial() throws Exception {
    var at = (InetSocketAddress) socket.localAddress();
    return new RawClient(at, ca.identity("spiffe://test/stranger"));
  }

  private static byte[] body() {
    var body = new byte[BYTES];
    for (var i = 0; i < BYTES; i++) body[i] = (byte) i;
    return body;
  }

  /** A request with a frame for each byte: RFC 9114 §4.1 allows it. */
  private static ByteBuf frames(byte[] bytes) {
    var frames = Unpooled.directBuffer(4 * bytes.length);
    frames.writeBytes(KwikClient.head("/meshkit.test.Probe/Upload"));
    for (var one : bytes) frames.writeByte(0).writeByte(1).writeByte(one);
    return frames;
  }

  @Test
  void whatIsReadTogetherIsToldInFewPieces() throws Exception {
    try (var client = dial()) {
      var call = client.bare();
      var _ = call.channel().writeAndFlush(frames(body()));
      call.fin();
      assertEquals(List.of("headers", "data", "end"), heard.complete.get(90, TimeUnit.SECONDS));
      assertEquals(ByteBufUtil.hexDump(body()), ByteBufUtil.hexDump(heard.bytes.toByteArray()));
      // those of a packet at least come together, and 4 KiB fit into one
      assertTrue(heard.pieces <= 8, () -> heard.pieces + " pieces");
    }
  }

  /** What came before a reset is told before it, though nothing else ends the burst. */
  @Test
  void whatWasReadIsToldBeforeTheEndThatCuts() throws Exception {
    try (var client = dial()) {
      var call = client.bare();
      var broken = frames(body()).writeByte(0x02).writeByte(0); // HTTP/2's PRIORITY: §7.2.8
      var _ = call.channel().writeAndFlush(broken);
      assertEquals(List.of("headers", "data", "lost"), heard.complete.get(90, TimeUnit.SECONDS));
      assertEquals(BYTES, heard.bytes.size());
    }
  }
}

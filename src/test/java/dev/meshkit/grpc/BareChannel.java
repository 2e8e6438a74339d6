package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3Headers;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A channel's connections without the channel, whose calls are streams without calls: what happens
 * on the event loop is the test's to say.
 */
final class BareChannel implements AutoCloseable {
  private final Reactor reactor = Reactor.join();
  private final ChannelState state = new ChannelState(reactor::leave);
  final ClientConnections connections;

  BareChannel(int port, TlsIdentity identity) {
    var chance = new Random(4);
    var terms =
        new ConnectionTerms(
            PeerCheck.admitAll(),
            KeepAlive.defaults(),
            TransportFilters.ofClient(List.of()),
            Lifetime.ofDialled(),
            Lifetime.FOREVER,
            Bounds.Floods.endless(),
            PingWatch.Permit.any(),
            chance);
    var target = new Dial.Target("127.0.0.1", port, TlsContexts.forClient(() -> identity), terms);
    connections = new ClientConnections(reactor, target, state, chance);
  }

  /** A stream, its events, and the connection it was opened on. */
  static class Call implements StreamEvents, PendingCall.Events {
    final CallStream stream;
    final BlockingQueue<Connection> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<Status> lost = new LinkedBlockingQueue<>();

    /** One that we open, or that claims to be the peer's. */
    Call(BareChannel channel, boolean server) {
      stream = new CallStream(server, channel.connections.commands(), this);
    }

    @Override
    public void headers(Http3Headers fields) {}

    @Override
    public void data(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void end() {}

    @Override
    public void lost(Status cause) {
      lost.add(cause);
    }

    @Override
    public void ready() {}

    @Override
    public void finished() {}

    @Override
    public void tick() {}

    @Override
    public void flush() {}

    @Override
    public void opened(Connection connection) {
      opened.add(connection);
    }

    @Override
    public void again() {}

    /** Waits until it is opened. */
    Connection connection() throws InterruptedException {
      var connection = opened.poll(90, TimeUnit.SECONDS);
      assertNotNull(connection, () -> "it is not opened; lost: " + lost);
      return connection;
    }

    /** Waits until it is lost. */
    Status failure() throws InterruptedException {
      var status = lost.poll(90, TimeUnit.SECONDS);
      assertNotNull(status, "nobody says that it is lost");
      return status;
    }
  }

  /** The head of a unary request. */
  static FieldSection head() {
    return new RequestFields("test", "test", Codecs.defaults())
        .of(ProbeGrpc.getUnaryMethod(), new Metadata(), CallOptions.DEFAULT);
  }

  /** Has a call opened. */
  Call open() {
    var call = new Call(this, false);
    connections.open(new PendingCall(call.stream, head(), null, CallOptions.DEFAULT, call));
    return call;
  }

  EventLoop loop() {
    return connections.commands().loop();
  }

  /** Does something on the loop, and waits until it is done. */
  void onLoop(Runnable step) throws Exception {
    loop().submit(step).get(90, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    connections.takeNoMore();
    connections.commands().run(connections::shutdown);
    connections.commands().run(connections::shutdownNow);
    assertTrue(state.await(90, TimeUnit.SECONDS), "it ends");
  }
}

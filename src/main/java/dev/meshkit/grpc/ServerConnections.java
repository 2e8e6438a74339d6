package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server's accepted connections and the calls that run on them. Confined to the event loop of the
 * listening socket, but for the counts, which lanes give back.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // the drain goes on whether or not the timer can be cancelled
final class ServerConnections implements ConnectionOwner {
  private static final int MAX_RUNNING = 4_096;
  private static final int MAX_RUNNING_A_CONNECTION = 512;

  private final Reactor reactor;
  private final Commands commands;
  private final ServerOptions options;
  private final Services services;
  private final Runnable whenEmpty;
  private final Set<Connection> connections = new HashSet<>();
  private final Set<Connection> ready = new HashSet<>();
  private final AtomicInteger running = new AtomicInteger();
  private final ConcurrentHashMap<Connection, Integer> runningOn = new ConcurrentHashMap<>();
  private boolean draining;

  ServerConnections(
      Reactor reactor,
      EventLoop loop,
      ServerOptions options,
      Services services,
      Runnable whenEmpty) {
    this.reactor = reactor;
    this.commands = reactor.commands(loop);
    this.options = options;
    this.services = services;
    this.whenEmpty = whenEmpty;
  }

  ServerOptions options() {
    return options;
  }

  Services services() {
    return services;
  }

  Commands commands() {
    return commands;
  }

  /** Makes connections of what the QUIC codec accepts. */
  ChannelHandler acceptor() {
    return new ChannelInitializer<QuicChannel>() {
      @Override
      protected void initChannel(QuicChannel channel) {
        accept(channel);
      }

      @Override
      public boolean isSharable() {
        return true;
      }
    };
  }

  private void accept(QuicChannel channel) {
    var terms = new Connection.Terms(options.peerCheck(), options.keepAlive(), this::filtered);
    var remote = Objects.requireNonNull(channel.remoteSocketAddress());
    var connection = new Connection(reactor, channel, remote, this, terms);
    connections.add(connection);
    if (draining) connection.closeQuietly();
  }

  @Override
  public ChannelHandler http3(Connection connection) {
    ready.add(connection);
    return new Http3ServerConnectionHandler(
        new ChannelInitializer<QuicStreamChannel>() {
          @Override
          protected void initChannel(QuicStreamChannel channel) {
            receive(connection, channel);
          }

          @Override
          public boolean isSharable() {
            return true;
          }
        },
        new ControlFrames(connection),
        null,
        QuicSettings.http3(),
        true);
  }

  private void receive(Connection connection, QuicStreamChannel channel) {
    var request = new ServerRequest(this, connection, commands);
    channel.config().setAutoRead(false);
    channel.pipeline().addLast(new StreamTail(connection, request.stream()));
    connection.streamOpened(request.stream());
    request.stream().accept(channel, connection.turn());
  }

  /** Whether one more call may run; if so it counts until {@link #callEnded}. */
  boolean admit(Connection connection) {
    if (running.get() >= MAX_RUNNING
        || runningOn.getOrDefault(connection, 0) >= MAX_RUNNING_A_CONNECTION) return false;
    running.incrementAndGet();
    runningOn.merge(connection, 1, Integer::sum);
    return true;
  }

  /** A call's last callback has returned. Any thread. */
  void callEnded(Connection connection) {
    running.decrementAndGet();
    runningOn.computeIfPresent(connection, (_, n) -> n == 1 ? null : n - 1);
  }

  /** The lane of the next call. */
  Lane newLane() {
    var executor = options.executor();
    if (options.callExecutor() == null) {
      return executor == null ? new ThreadLane("grpc call") : new TaskLane(executor);
    }
    return new TaskLane(executor == null ? virtualThreads() : executor);
  }

  private static Executor virtualThreads() {
    return Thread::startVirtualThread;
  }

  /** Moves a call to the executor that its application chooses for it. On its lane. */
  void choose(Lane lane, Http3ServerCall<?, ?> call, Metadata headers) {
    var supplier = options.callExecutor();
    if (supplier == null || !(lane instanceof TaskLane tasks)) return;
    var chosen = supplier.getExecutor(call, headers);
    if (chosen != null) tasks.moveTo(chosen);
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
  public void lost(Connection connection, Http3ConnectException cause) {
    connections.remove(connection);
    if (ready.remove(connection)) {
      Thread.startVirtualThread(() -> terminated(connection.attributes()));
    } else if (!draining) {
      Thread.startVirtualThread(() -> options.peerCheck().refused(connection.remote(), cause));
    }
    if (draining && connections.isEmpty()) whenEmpty.run();
  }

  private Attributes filtered(Attributes bare) {
    var attributes = bare;
    for (var filter : options.filters()) attributes = filter.transportReady(attributes);
    return attributes;
  }

  private void terminated(Attributes attributes) {
    for (var filter : options.filters()) filter.transportTerminated(attributes);
  }

  /** Asks every client to go elsewhere; ends when their calls have. */
  void drain() {
    draining = true;
    List.copyOf(connections).forEach(Connection::goAway);
    commands
        .loop()
        .schedule(this::closeIdle, Reactor.TICK_MS, java.util.concurrent.TimeUnit.MILLISECONDS);
    if (connections.isEmpty()) whenEmpty.run();
  }

  /** Those who have read GOAWAY open nothing more; a request that crossed it has arrived by now. */
  private void closeIdle() {
    List.copyOf(connections).forEach(Connection::drain);
  }

  /** Ends every call. */
  void closeAll() {
    draining = true;
    List.copyOf(connections).forEach(Connection::closeQuietly);
    if (connections.isEmpty()) whenEmpty.run();
  }
}

package dev.meshkit.grpc;

import dev.meshkit.runtime.Chance;
import io.grpc.Metadata;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;

/**
 * A server's accepted connections and the calls that run on them. Confined to the event loop of the
 * listening socket, but for the counts, which lanes give back.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a stream that fails to close is gone
final class ServerConnections implements ConnectionOwner {
  private final Reactor reactor;
  private final Commands commands;
  private final ServerOptions options;
  private final Services services;
  private final ConnectionTerms terms;
  private final FrontDoor door;
  private final Runnable whenEmpty;
  private final Set<Connection> connections = new HashSet<>();
  private final Set<Connection> ready = new HashSet<>();
  private final Identities identities;
  private final Map<Connection, HandshakeGate.Place> shaking = new HashMap<>();
  private final RunningCalls running;
  private boolean draining;

  ServerConnections(
      Reactor reactor,
      EventLoop loop,
      ServerOptions options,
      Services services,
      FrontDoor door,
      Runnable whenEmpty) {
    this.door = door;
    this.reactor = reactor;
    this.commands = reactor.commands(loop);
    this.options = options;
    this.services = services;
    this.whenEmpty = whenEmpty;
    var load = options.upkeep().bounds().load();
    this.identities = new Identities(load.connectionsAnIdentity());
    this.running = new RunningCalls(load);
    this.terms =
        new ConnectionTerms(
            options.peerCheck(),
            options.upkeep().keepAlive(),
            TransportFilters.ofServer(options.watchers().filters()),
            options.upkeep().lifetime(),
            options.upkeep().bounds().handshakes().timeout(),
            options.upkeep().bounds().floods(),
            options.upkeep().pings(),
            Chance.secure());
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

  /** How many calls' streams are open. Event loop only. */
  int openStreams() {
    return connections.stream().mapToInt(one -> one.streams().all().size()).sum();
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
    var remote = Objects.requireNonNull(channel.remoteSocketAddress());
    var connection = new Connection(reactor, channel, remote, this, terms);
    connections.add(connection);
    reactor.seats().takeIn(commands.loop());
    shaking.put(connection, door.gate().claim());
    if (draining) connection.closeQuietly();
  }

  private void leaveTheDoor(Connection connection) {
    var place = shaking.remove(connection);
    if (place != null) place.free();
  }

  @Override
  public boolean hasRoom(Connection connection) {
    return ready.size() < options.upkeep().bounds().load().connections()
        && identities.admit(connection);
  }

  @Override
  public ChannelHandler http3(Connection connection) {
    ready.add(connection);
    leaveTheDoor(connection);
    return new Http3ServerConnectionHandler(
        new Discard(), // of no use: request streams do not get there
        new ControlFrames(connection, true),
        type -> type == CancelStream.TYPE ? connection.peerCancels().reader() : new Discard(),
        QuicSettings.http3(),
        true);
  }

  @Override
  public boolean serves(Connection connection, QuicStreamChannel channel) {
    var request = new ServerRequest(this, connection, commands);
    channel.config().setAutoRead(false);
    if (!connection.streamAccepted(channel.streamId(), request.stream())) {
      channel.pipeline().addLast(new Rejection(connection));
      return true;
    }
    channel.pipeline().addLast(new StreamTail(connection, request.stream()));
    request.stream().accept(connection, channel);
    return true;
  }

  /** Whether one more call may run; if so it counts until {@link #callEnded}. */
  boolean admit(Connection connection) {
    return running.begin(connection);
  }

  /** A call's last callback has returned. Any thread. */
  void callEnded(Connection connection) {
    running.end(connection);
  }

  /** The lane of the next call. */
  Lane newLane() {
    var executor = options.executors().common();
    if (options.executors().perCall() == null) {
      return executor == null ? new ThreadLane("grpc call") : new TaskLane(executor);
    }
    return new TaskLane(executor == null ? virtualThreads() : executor);
  }

  private static Executor virtualThreads() {
    return Thread::startVirtualThread;
  }

  /** Moves a call to the executor that its application chooses for it. On its lane. */
  void choose(Lane lane, Http3ServerCall<?, ?> call, Metadata headers) {
    var supplier = options.executors().perCall();
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
  public void ticked(Connection connection) {
    var ageing = connection.ageing();
    if (connection.isLeaving()) {
      if (ageing.agesNow()) connection.farewell(ageing.grace()); // it had no limit so far
      return;
    }
    if (ageing.isDue(connection.streams().use())) {
      connection.farewell(ageing.isRenewing() ? Lifetime.FOREVER : ageing.grace());
    } else if (ageing.isIdle()) {
      connection.farewell(Lifetime.FOREVER);
    }
  }

  /** Has the connections that present another identity than the current one drain before long. */
  void renewUnless(Predicate<SSLEngine> current) {
    var within = options.upkeep().lifetime().spreadOf(connections.size());
    connections.forEach(connection -> connection.renewUnless(current, within));
  }

  @Override
  public void flooded(Connection connection) {
    door.punish(connection.remote());
  }

  @Override
  public void lost(Connection connection, Http3ConnectException cause) {
    if (connections.remove(connection)) reactor.seats().leave(commands.loop());
    identities.remove(connection);
    leaveTheDoor(connection);
    if (!ready.remove(connection) && !draining) {
      Thread.startVirtualThread(() -> options.peerCheck().refused(connection.remote(), cause));
    }
    if (draining && connections.isEmpty()) whenEmpty.run();
  }

  /** Asks every client to go elsewhere; ends when their calls have, and they are gone. */
  void drain() {
    draining = true;
    List.copyOf(connections).forEach(connection -> connection.farewell(Lifetime.FOREVER));
    if (connections.isEmpty()) whenEmpty.run();
  }

  /** Ends every call. */
  void closeAll() {
    draining = true;
    List.copyOf(connections).forEach(Connection::closeQuietly);
    if (connections.isEmpty()) whenEmpty.run();
  }
}

package dev.meshkit.grpc;

import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server an {@link Http3ServerBuilder} builds. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // the listener of the close tells
final class Http3Server extends Server {
  private final SocketAddress address;
  private final ServerOptions options;
  private final Services services;
  private final CountDownLatch terminated = new CountDownLatch(1);
  private @Nullable Running running; // guarded by this
  private boolean shutdown; // guarded by this

  /** What exists only while the server runs. */
  private record Running(
      Reactor reactor,
      Channel socket,
      ServerConnections connections,
      FrontDoor door,
      List<Ticking.Ticked> ticked) {}

  Http3Server(SocketAddress address, ServerOptions options, Services services) {
    this.address = address;
    this.options = options;
    this.services = services;
  }

  @Override
  public synchronized Http3Server start() throws IOException {
    if (running != null || shutdown) throw new IllegalStateException("a server starts once");
    var tls = TlsContexts.forServer(options.requireTls());
    var reactor = Reactor.join();
    try {
      var loop = reactor.listenLoop();
      var door =
          new FrontDoor(options.upkeep().bounds(), Clocks.system().monotonic(), Chance.secure());
      var connections = new ServerConnections(reactor, loop, options, services, door, this::ended);
      var codec = QuicSettings.serverCodec(loop, tls::engine, connections.acceptor(), door);
      var socket = bind(reactor, loop, door.before(codec));
      var questions = reactor.ticking(loop).questions();
      var ticked =
          List.of(
              repeated(Duration.ofSeconds(1), door::second), polling(connections, tls, questions));
      loop.execute(() -> ticked.forEach(reactor.ticking(loop)::add));
      running = new Running(reactor, socket, connections, door, ticked);
      return this;
    } catch (IOException | RuntimeException | Error failure) {
      reactor.leave();
      throw failure;
    }
  }

  private Channel bind(Reactor reactor, EventLoop loop, io.netty.channel.ChannelHandler codec)
      throws IOException {
    var bound = reactor.bind(loop, codec, address);
    if (bound.isSuccess()) return bound.channel();
    throw new IOException(
        "cannot bind UDP " + address + ": " + bound.cause().getMessage(), bound.cause());
  }

  /**
   * The connections are looked at each time, also those that were not there yet, or not admitted,
   * when the identity changed.
   */
  private Ticking.Ticked polling(
      ServerConnections connections, TlsContexts tls, Questions questions) {
    var loop = connections.commands().loop();
    var identity = new IdentityPoll(tls, loop, () -> connections.renewUnless(tls::isCurrent));
    return repeated(options.upkeep().lifetime().poll(), () -> identity.poll(questions));
  }

  /** Along with all others on this loop that are done as often. */
  private static Ticking.Ticked repeated(Duration pause, Runnable what) {
    var ticks = Ticks.of(pause);
    return turn -> {
      if (turn % ticks == 0) what.run();
    };
  }

  /** Its connections, while it runs. */
  synchronized Optional<ServerConnections> connections() {
    return Optional.ofNullable(running).map(Running::connections);
  }

  /** The socket it listens on, while it runs. */
  synchronized Optional<Channel> socket() {
    return Optional.ofNullable(running).map(Running::socket);
  }

  private void ended() {
    Running was;
    synchronized (this) {
      was = running;
      running = null;
    }
    if (was == null) return;
    was.socket().eventLoop().execute(() -> close(was));
  }

  /** In a turn of its own: what the last connection has to say leaves at the end of this one. */
  private void close(Running was) {
    was.ticked().forEach(was.reactor().ticking(was.socket().eventLoop())::remove);
    was.socket()
        .close()
        .addListener(
            _ -> {
              terminated.countDown();
              was.reactor().leave();
            });
  }

  /** How many handshakes are under way; 0 once it is terminated. */
  synchronized int handshakesUnderWay() {
    return running == null ? 0 : running.door().gate().halfOpen();
  }

  /** How many Initials were dropped at the door. */
  synchronized long initialsDropped() {
    return running == null ? 0 : running.door().gate().dropped();
  }

  @Override
  public synchronized int getPort() {
    return running != null && running.socket().localAddress() instanceof InetSocketAddress inet
        ? inet.getPort()
        : -1;
  }

  @Override
  public synchronized List<SocketAddress> getListenSockets() {
    return running == null ? List.of() : List.of(running.socket().localAddress());
  }

  @Override
  public List<ServerServiceDefinition> getServices() {
    return services.listed();
  }

  @Override
  public List<ServerServiceDefinition> getImmutableServices() {
    return services.listed();
  }

  @Override
  public synchronized Http3Server shutdown() {
    if (shutdown) return this;
    shutdown = true;
    if (running == null) {
      terminated.countDown();
    } else {
      running.connections().commands().run(running.connections()::drain);
    }
    return this;
  }

  @Override
  public synchronized Http3Server shutdownNow() {
    shutdown = true;
    if (running == null) {
      terminated.countDown();
    } else {
      running.connections().commands().run(running.connections()::closeAll);
    }
    return this;
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }

  @Override
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }
}

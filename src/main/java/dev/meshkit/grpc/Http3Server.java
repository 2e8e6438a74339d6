package dev.meshkit.grpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server an {@link Http3ServerBuilder} builds. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // the listener of the close tells
final class Http3Server extends Server {
  private static final System.Logger LOG = System.getLogger(Http3Server.class.getName());

  private final SocketAddress address;
  private final ServerOptions options;
  private final Services services;
  private final CountDownLatch terminated = new CountDownLatch(1);
  private @Nullable Running running; // guarded by this
  private boolean shutdown; // guarded by this

  /** What exists only while the server runs. */
  private record Running(
      Reactor reactor, Channel socket, ServerConnections connections, Future<?> reloading) {}

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
      var connections = new ServerConnections(reactor, loop, options, services, this::ended);
      var codec = QuicSettings.serverCodec(tls::engine, connections.acceptor());
      var socket = bind(reactor, loop, codec);
      running = new Running(reactor, socket, connections, reloading(loop, tls));
      return this;
    } catch (IOException | RuntimeException failure) {
      reactor.leave();
      throw failure;
    }
  }

  private Channel bind(Reactor reactor, EventLoop loop, io.netty.channel.ChannelHandler codec)
      throws IOException {
    var bound = reactor.bind(loop, codec, address).awaitUninterruptibly();
    if (bound.isSuccess()) return bound.channel();
    throw new IOException(
        "cannot bind UDP " + address + ": " + bound.cause().getMessage(), bound.cause());
  }

  /** Polls the identity once a second, on a virtual thread, since a supplier may block. */
  private static Future<?> reloading(EventLoop loop, TlsContexts tls) {
    return loop.scheduleWithFixedDelay(
        () -> Thread.ofVirtual().name("meshkit-tls-reload").start(() -> reload(tls)),
        1,
        1,
        TimeUnit.SECONDS);
  }

  private static void reload(TlsContexts tls) {
    try {
      tls.refresh();
    } catch (RuntimeException failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the new TLS identity is unusable; the old one stays",
          failure);
    }
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
    was.reloading().cancel(false);
    was.socket()
        .close()
        .addListener(
            _ -> {
              terminated.countDown();
              was.reactor().leave();
            });
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

package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The channel an {@link Http3ChannelBuilder} builds. Thread-safe. */
final class Http3Channel extends ManagedChannel {
  private final ChannelState state;
  private final ClientConnections connections;
  private final ClientTerms terms;
  private final Channel intercepted;

  Http3Channel(
      String host,
      int port,
      ChannelOptions options,
      List<ClientInterceptor> interceptors,
      RandomGenerator chance) {
    var tls = TlsContexts.forClient(options.requireTls());
    var connecting =
        new ConnectionTerms(
            options.peerCheck(),
            options.keepAlive(),
            TransportFilters.ofClient(options.filters()),
            options.lifetime(),
            Lifetime.FOREVER, // a dial has its own patience
            Bounds.Floods.endless(),
            PingWatch.Permit.any(),
            chance);
    var target = new Dial.Target(host, port, tls, connecting);
    var names = options.names();
    var authority = names.authority().isEmpty() ? authorityOf(host, port) : names.authority();
    terms =
        new ClientTerms(
            authority,
            new RequestFields(authority, names.userAgent(), options.codecs()),
            options.executor(),
            options.codecs(),
            options.limits());
    intercepted = ClientInterceptors.intercept(new Calls(), interceptors);
    var reactor = Reactor.join(); // last: what fails before has nothing to give back
    state = new ChannelState(() -> terminated(reactor));
    connections = new ClientConnections(reactor, target, state, chance);
  }

  private void terminated(Reactor reactor) {
    reactor.seats().leave(loop());
    reactor.leave();
  }

  private static String authorityOf(String host, int port) {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  /** The loop on which its connections live. */
  EventLoop loop() {
    return connections.commands().loop();
  }

  /** Where intercepted calls arrive. */
  private final class Calls extends Channel {
    @Override
    public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
      return new Http3ClientCall<>(connections, method, options, terms);
    }

    @Override
    public String authority() {
      return terms.authority();
    }
  }

  @Override
  public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
    return intercepted.newCall(method, options);
  }

  @Override
  public String authority() {
    return terms.authority();
  }

  @Override
  public ManagedChannel shutdown() {
    connections.takeNoMore();
    state.become(ConnectivityState.SHUTDOWN);
    if (!state.isTerminated()) connections.commands().run(connections::shutdown);
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    shutdown();
    if (!state.isTerminated()) connections.commands().run(connections::shutdownNow);
    return this;
  }

  @Override
  public boolean isShutdown() {
    return connections.isClosing();
  }

  @Override
  public boolean isTerminated() {
    return state.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return state.await(timeout, unit);
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    var now = state.now();
    if (requestConnection && !isShutdown()) connections.commands().run(connections::connect);
    return now;
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
    state.watch(source, callback);
  }

  @Override
  public void enterIdle() {
    if (!isShutdown()) connections.commands().run(connections::enterIdle);
  }

  @Override
  public void resetConnectBackoff() {
    if (!isShutdown()) connections.commands().run(connections::resetBackoff);
  }
}

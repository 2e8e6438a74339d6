package dev.meshkit.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to reach a host: its addresses are dialled 250 ms apart, or as soon as the one before has
 * failed; the first usable connection wins and the others are closed.
 *
 * <p>Confined to the event loop, but for the resolution of the name, which blocks a virtual thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // an attempt hears of its failure by its listener
final class Dial implements ConnectionOwner {
  /** An address that has not answered with SETTINGS by then has failed. */
  static final int TIMEOUT_MS = 3_000;

  private static final int STAGGER_MS = 250;

  /**
   * Where to, and as whom.
   *
   * @param host resolved anew by each dial
   * @param port UDP
   * @param tls makes the engines
   * @param terms of the connection
   */
  record Target(String host, int port, TlsContexts tls, ConnectionTerms terms) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  private final Reactor reactor;
  private final EventLoop loop;
  private final Target target;
  private final ConnectionOwner owner;
  private final Consumer<Http3ConnectException> failed;
  private final ArrayDeque<InetSocketAddress> untried = new ArrayDeque<>();
  private final Set<Connection> trying = new HashSet<>();
  private @Nullable Future<?> nextTry;
  private @Nullable Connection winner;
  private @Nullable Future<?> overdue; // until addresses are tried
  private boolean decided;

  /**
   * A dial on behalf of {@code owner}, whose connection it becomes; or {@code failed} hears why
   * not.
   */
  Dial(
      Reactor reactor,
      EventLoop loop,
      Target target,
      ConnectionOwner owner,
      Consumer<Http3ConnectException> failed) {
    this.reactor = reactor;
    this.loop = loop;
    this.target = target;
    this.owner = owner;
    this.failed = failed;
  }

  /** Begins; loop only. */
  void start() {
    var patience = target.terms().lifetime().patience();
    overdue = loop.schedule(this::overdue, patience.toMillis(), TimeUnit.MILLISECONDS);
    Thread.ofVirtual().name("meshkit-dial " + target).start(this::resolve);
  }

  private void resolve() {
    try {
      target.tls().reload(); // one that cannot be had, or not soon, leaves the old one in place
      var addresses = List.of(InetAddress.getAllByName(target.host()));
      var socket = reactor.dialSocket(loop);
      Reactor.tell(
          loop,
          () -> {
            if (overdue != null) overdue.cancel(false);
            addresses.forEach(a -> untried.add(new InetSocketAddress(a, target.port())));
            tryNext(socket);
          });
    } catch (Exception | Error failure) { // Netty throws what it does not declare
      Reactor.tell(loop, () -> fail(Failures.of(target.toString(), failure)));
    }
  }

  /** Gives up, if it is not decided yet. Loop only. */
  void cancel() {
    decided = true;
    List.copyOf(trying).forEach(Connection::closeQuietly);
  }

  private void tryNext(Channel socket) {
    if (nextTry != null) nextTry.cancel(false);
    var address = untried.poll();
    if (address == null || decided) return;
    var attempt = new Attempt(address);
    QuicChannel.newBootstrap(socket)
        .attr(QuicSettings.ENGINE, target.tls()::engine)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MS)
        .handler(attempt)
        .remoteAddress(address)
        .connect()
        .addListener(attempt::answered);
    nextTry = loop.schedule(() -> tryNext(socket), STAGGER_MS, TimeUnit.MILLISECONDS);
  }

  /** A resolver that does not answer. */
  private void overdue() {
    fail(Failures.silent(target.toString(), "no address in time for"));
  }

  private void fail(Http3ConnectException why) {
    if (decided) return;
    decided = true;
    failed.accept(why);
  }

  @Override
  public boolean hasRoom(Connection connection) {
    return true;
  }

  @Override
  public ChannelHandler http3(Connection connection) {
    return new Http3ClientConnectionHandler(
        new ControlFrames(connection, false), null, null, QuicSettings.http3(), true);
  }

  @Override
  public boolean serves(Connection connection, QuicStreamChannel stream) {
    return false;
  }

  @Override
  public void usable(Connection connection) {
    trying.remove(connection);
    if (decided) {
      connection.closeQuietly();
      return;
    }
    decided = true;
    winner = connection;
    List.copyOf(trying).forEach(Connection::closeQuietly);
    owner.usable(connection);
  }

  @Override
  public void roomForStreams(Connection connection) {
    if (connection == winner) owner.roomForStreams(connection);
  }

  @Override
  public void draining(Connection connection) {
    if (connection == winner) owner.draining(connection);
  }

  @Override
  public void ticked(Connection connection) {
    if (connection == winner) owner.ticked(connection);
  }

  @Override
  public void flooded(Connection connection) {
    throw new IllegalStateException("nothing that a server sends counts as a flood");
  }

  @Override
  public void lost(Connection connection, Http3ConnectException cause) {
    if (connection == winner) {
      owner.lost(connection, cause);
    } else if (trying.remove(connection) && trying.isEmpty() && untried.isEmpty()) {
      fail(cause);
    } else if (trying.isEmpty()) {
      tryNext(Objects.requireNonNull(connection.channel().parent()));
    }
  }

  /** One address being tried. */
  private final class Attempt extends ChannelInitializer<QuicChannel> {
    private final InetSocketAddress address;
    private @Nullable Connection connection;

    Attempt(InetSocketAddress address) {
      this.address = address;
    }

    @Override
    protected void initChannel(QuicChannel channel) {
      var begun = new Connection(reactor, channel, address, Dial.this, target.terms());
      connection = begun;
      trying.add(begun);
      loop.schedule(() -> timeOut(begun), TIMEOUT_MS, TimeUnit.MILLISECONDS);
      Knock.at(address, nobody -> Reactor.tell(loop, () -> refused(begun, nobody)));
    }

    private void refused(Connection begun, PortUnreachableException nobody) {
      if (trying.contains(begun)) begun.close(Failures.of(address.toString(), nobody));
    }

    private void timeOut(Connection begun) {
      if (trying.contains(begun)) {
        begun.close(Failures.silent(address.toString(), "no answer in time from"));
      }
    }

    /** A connection that never became active is not told that it is closed: we do it. */
    void answered(Future<? super QuicChannel> connect) {
      if (connect.isSuccess()) return;
      if (connection == null) {
        fail(Failures.of(address.toString(), connect.cause()));
      } else {
        connection.broken(connect.cause());
        connection.closed();
      }
    }
  }
}

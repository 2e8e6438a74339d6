package dev.meshkit.transport;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.observe.HandshakeEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.Identity;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.TlsCode;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * The legacy port: the acceptor only accepts; a virtual thread each shakes hands, at most 64 at
 * once, 5 s each. It is there exactly while version 1 is permitted. Thread-safe.
 */
public final class LegacyListener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LegacyListener.class.getName());
  private static final String KEY = "listen.legacy";
  private static final int PATIENCE_MS = 5_000;
  private static final int AGAIN_MS = 100;
  private static final int LISTEN_MS = 1_000;
  private static final int MOST_UNREAD = 64 << 10;
  private static final Duration STAY_TURN = Duration.ofSeconds(1);

  private final ServerSocket server;
  private final Parts parts;
  private final Semaphore shaking = new Semaphore(TcpPlaces.HANDSHAKES);
  private final Crowd greeting = new Crowd(TcpPlaces.AN_IDENTITY);
  private final Set<LegacyLink> links = ConcurrentHashMap.newKeySet();
  private final TcpPlaces places = new TcpPlaces();
  private final CountDownLatch unbound = new CountDownLatch(1);
  private final PerCredentials<LegacyTls> tls;
  private volatile boolean closed;

  /** What a listener is made of. */
  record Parts(OwnCredentials own, RoadTools tools, MeshService service, RoadTimes times) {}

  /** What a connection has among the others. */
  private final class Seat implements TcpPlaces.Place {
    final LegacyLink link;

    Seat(LegacyLink link) {
      this.link = link;
    }

    @Override
    public boolean isStaying() {
      return !link.isDraining();
    }

    @Override
    public boolean isUnused() {
      return link.visit().isUnused();
    }

    @Override
    public void sendAway() {
      LegacyListener.this.sendAway(link);
    }

    boolean take() {
      return places.take(link.parts().peer().toString(), this);
    }

    void leave() {
      places.leave(link.parts().peer().toString(), this);
    }
  }

  private LegacyListener(ServerSocket server, Parts parts) {
    this.server = server;
    this.parts = parts;
    this.tls = new PerCredentials<>(parts.own(), this::tls);
  }

  private LegacyTls tls(Credentials of) {
    var judge = of.verifier().trustManager();
    return new LegacyTls(of, new CountingTrust(judge, code -> count("", code.text(), 0)));
  }

  /** Binds; MK-NODE-002 if the port is taken, MK-NET-001 otherwise. */
  static Result<LegacyListener> listen(Endpoint at, Parts parts) {
    try {
      var listener = new LegacyListener(bound(at), parts);
      Thread.ofVirtual().name("legacy accept " + at).start(listener::accept);
      return Result.ok(listener);
    } catch (IOException failure) {
      return Result.err(Listener.refusal(at, failure, KEY));
    }
  }

  /** Binds and closes again: whether a listener could. */
  static Result<Endpoint> probe(Endpoint at) {
    try (var _ = bound(at)) {
      return Result.ok(at);
    } catch (IOException failure) {
      return Result.err(Listener.refusal(at, failure, KEY));
    }
  }

  private static ServerSocket bound(Endpoint at) throws IOException {
    var server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(at.host(), at.port()));
      return server;
    } catch (IOException taken) {
      server.close();
      throw taken;
    }
  }

  /** Where it listens. */
  public Endpoint local() {
    return new Endpoint(server.getInetAddress().getHostAddress(), server.getLocalPort());
  }

  /**
   * Unbinds, and sends every peer elsewhere, with 10 s for it to go. Does not wait for that.
   * Idempotent.
   */
  public void leave() {
    unbind();
    links.forEach(this::sendAway);
  }

  private void sendAway(LegacyLink link) {
    link.goAway();
    Thread.ofVirtual().name("legacy farewell").start(() -> farewell(link));
  }

  private void farewell(LegacyLink link) {
    try {
      if (!link.awaitEnd(parts.times().handOver())) link.abandon();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    }
  }

  /** Unbinds and ends every connection at once. Idempotent, never blocks. */
  @Override
  public void close() {
    closed = true;
    unbind();
    links.forEach(LegacyLink::abandon);
  }

  private void unbind() {
    try {
      server.close();
    } catch (IOException gone) {
      assert server.isClosed() : gone;
    }
    unbound.countDown();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var raw = server.accept();
        if (shaking.tryAcquire()) {
          Thread.ofVirtual().name("legacy handshake").start(() -> shake(raw));
        } else {
          raw.close(); // too many at once: they come again
          count("", TlsCode.OVERLOAD.text(), 0);
        }
      } catch (IOException failed) {
        if (server.isClosed() || !isTriedAgain(failed)) return;
      }
    }
  }

  /** No more files may be open, for one: that passes, and must not fill the log until then. */
  private boolean isTriedAgain(IOException failed) {
    LOG.log(System.Logger.Level.WARNING, "accepting a peer", failed);
    try {
      return !unbound.await(AGAIN_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
      return false;
    }
  }

  private void shake(Socket raw) {
    var done = new CountDownLatch(1);
    Thread.ofVirtual().name("legacy patience").start(() -> cut(raw, done));
    Optional<Seat> seat = Optional.empty();
    try {
      seat = admitted(raw);
    } catch (IOException refused) {
      if (refused instanceof SSLException broken) count(broken);
    } finally {
      if (seat.isEmpty()) turnAway(raw);
      done.countDown();
      shaking.release();
    }
    seat.ifPresent(this::serve);
  }

  /** However slowly it says what it says, a peer has 5 s in all to be let in. */
  private static void cut(Socket raw, CountDownLatch done) {
    try {
      if (!done.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) abort(raw);
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    }
  }

  /** Whom the trust manager refused has been counted there. */
  private void count(SSLException broken) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (TlsCode.in(String.valueOf(cause.getMessage())).isPresent()) return;
    }
    var anonymous = String.valueOf(broken.getMessage()).contains("Empty client certificate chain");
    count("", (anonymous ? TlsCode.NO_CERTIFICATE : TlsCode.UNCLASSIFIED).text(), 0);
  }

  /**
   * Closes, once the peer has closed or 1 s is over: closing while it says something would destroy
   * what it was told, and it would take a refusal for a broken connection.
   */
  private static void turnAway(Socket raw) {
    try (raw) {
      raw.shutdownOutput();
      raw.setSoTimeout(LISTEN_MS);
      raw.getInputStream().skipNBytes(MOST_UNREAD);
    } catch (IOException gone) {
      assert raw.isClosed() : gone;
    }
  }

  private static void abort(Socket raw) {
    try {
      raw.close();
    } catch (IOException gone) {
      assert raw.isClosed() : gone;
    }
  }

  private void serve(Seat seat) {
    var link = seat.link;
    links.add(link); // before it looks: whoever leaves or closes from now on finds it there
    if (closed) link.abandon();
    else if (server.isClosed()) sendAway(link);
    link.start();
    try {
      var stay = Stay.of(new Stay.Parts(parts.own(), parts.tools(), parts.times()), link.session());
      while (!link.awaitGone(STAY_TURN)) {
        if (!stay.isOver()) continue;
        link.goAway();
        farewell(link);
      }
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    } finally {
      links.remove(link);
      seat.leave();
      link.visit().end(closed, () -> admission(link.parts().io()));
    }
  }

  /**
   * The connection, once its peer has been let in and has greeted; empty if it was refused. Nothing
   * is read of somebody who must not be here.
   */
  private Optional<Seat> admitted(Socket raw) throws IOException {
    raw.setTcpNoDelay(true);
    raw.setSoTimeout(PATIENCE_MS);
    var io = tls.get().shake(raw, false);
    var chain = io.chain();
    var notAfter = chain.isEmpty() ? 0 : chain.getFirst().getNotAfter().toInstant().toEpochMilli();
    return switch (parts.own().now().verifier().client(chain)) {
      case Admission.Admitted(Identity.Node node) -> greeted(io, node, notAfter);
      case Admission.Admitted(var other) ->
          refused(io, new Admission.Refused(TlsCode.WRONG_ROLE, other.role().name()), notAfter);
      case Admission.Refused refused -> refused(io, refused, notAfter);
    };
  }

  /** Who never greets has no place, but only one of a few handshakes; so have more of him. */
  private Optional<Seat> greeted(LegacyIo io, Identity.Node node, long notAfter)
      throws IOException {
    if (!greeting.enter(node.uri())) return refused(io, TcpPlaces.FULL, notAfter);
    try {
      var _ = io.greeting();
    } finally {
      greeting.leave(node.uri());
    }
    return seated(io, node, notAfter);
  }

  private Optional<Seat> seated(LegacyIo io, Identity.Node node, long notAfter) throws IOException {
    var made =
        new LegacyLink.Parts(node.id(), io, parts.tools(), () -> refusal(io), parts.service());
    var seat = new Seat(new LegacyLink(made));
    if (!seat.take()) return refused(io, TcpPlaces.FULL, notAfter);
    try {
      io.write(LegacyFrame.of(Kind.HELLO, 0));
      io.flush();
      io.raw().setSoTimeout(0);
    } catch (IOException gone) {
      seat.leave();
      throw gone;
    }
    count(node.id().toString(), "", notAfter);
    return Optional.of(seat);
  }

  private Optional<Seat> refused(LegacyIo io, Admission.Refused why, long notAfter)
      throws IOException {
    count("", why.code().text(), notAfter);
    var status = Status.UNAUTHENTICATED.withDescription(why.text());
    io.write(new LegacyFrame(Kind.ERR, 0, LegacyBody.status(status)));
    io.flush();
    return Optional.empty();
  }

  private Admission admission(LegacyIo io) {
    return parts.own().now().verifier().client(io.chain());
  }

  private Optional<Status> refusal(LegacyIo io) {
    return admission(io) instanceof Admission.Refused refused
        ? Optional.of(Status.UNAUTHENTICATED.withDescription(refused.text()))
        : Optional.empty();
  }

  private void count(String peer, String code, long notAfter) {
    var road = RoadKind.LEGACY.name();
    HandshakeEvent.over(new HandshakeEvent.Outcome("SERVER", road, peer, "", code, notAfter));
    if (!code.isEmpty()) {
      parts.tools().meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "SERVER", code);
    }
  }
}

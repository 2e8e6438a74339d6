package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.grpc.Http3ChannelBuilder;
import dev.meshkit.observe.HandshakeEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.Identity;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.TlsCode;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One dial: an attempt over each permitted road, each on a thread of its own. TCP waits for UDP: at
 * first, for a head start, and once it is usable, for what was promised to HTTP/3. Neither its
 * connection nor, on a path so slow that it had to connect meanwhile, its handshake begins while
 * HTTP/3 is past the peer's certificate: UDP passes then, and what is left to fail is an identity,
 * which no other road would mend.
 *
 * <p>Beside a road that is silent, a road that was won only counts if that one stays silent.
 */
final class Dial {
  /** What a handshake costs beside its round trips. */
  private static final Duration SHAKE = Duration.ofMillis(50);

  private static final LegacyFrame GREETING = LegacyFrame.of(LegacyFrame.Kind.HELLO, 0);

  private final Approach to;
  private final Parts parts;
  private final @Nullable Road silent;
  private final CountDownLatch quicMet = new CountDownLatch(1);
  private final CountDownLatch quicEnded = new CountDownLatch(1);
  private final Queue<Road> opened = new ConcurrentLinkedQueue<>();
  private final Counterpart overQuic;
  private volatile @Nullable RoadFailure refusal; // of an identity, over QUIC

  /**
   * What a dial is made of.
   *
   * @param own this node's, whom it trusts as long as the road lasts
   * @param credentials those of now, which it shows
   */
  record Parts(
      OwnCredentials own,
      Credentials credentials,
      RoadMode mode,
      RoadTools tools,
      TcpRoads tcp,
      RoadTimes times) {}

  /**
   * What a channel is to be made for.
   *
   * @param at where
   * @param credentials what this node shows there
   * @param there who must be there
   * @param heard hears of whatever comes from there
   * @param threshold what a connection waits for before it says anything
   */
  record Aim(
      Endpoint at,
      Credentials credentials,
      Counterpart there,
      Heard heard,
      Threshold.Permit threshold) {}

  /** To where there is no road, or beside one that is silent. */
  Dial(Approach to, Parts parts, @Nullable Road silent) {
    this.to = to;
    this.parts = parts;
    this.silent = silent;
    this.overQuic = counterpart();
  }

  /** Whether it is the road that was silent, and is no more. */
  boolean isSilent(Road winner) {
    return winner == silent;
  }

  /** The road that won is the caller's. */
  Road keep(Road winner) {
    opened.remove(winner);
    return winner;
  }

  /** Ends every other road that this dial opened. */
  void abandon() {
    opened.forEach(Road::abandon);
  }

  Race.Attempt overQuic() throws InterruptedException {
    var there = overQuic;
    var trust = new CheckingTrust(parts.credentials().verifier().trustManager(), this::met);
    var connects = new Connects();
    try {
      var channel =
          Http3ChannelBuilder.forAddress(to.at().host(), to.at().port())
              .tls(parts.credentials().key(), trust)
              .peerCheck(there)
              .addTransportFilter(connects)
              .keepAliveTime(Silence.ASK.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTimeout(Silence.LOST.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveWithoutCalls(false)
              .pathWatch(connects)
              .maxInboundMessageSize(Family.DELIVER.maxFrameBytes())
              .build();
      var attempt = probe(RoadKind.H3, new GrpcCarrier(channel, connects), there);
      if (attempt instanceof Race.Attempt.Lost(var failure) && failure.isOfIdentity()) {
        refusal = failure; // before HTTP/2 may start
      }
      return confirmed(attempt);
    } finally {
      quicEnded.countDown();
    }
  }

  private Optional<String> met(List<X509Certificate> chain) {
    var refused = overQuic.note(chain);
    quicMet.countDown();
    return refused;
  }

  /** A silent road that speaks again is as good as any: then nothing needs to move. */
  private Race.Attempt confirmed(Race.Attempt attempt) throws InterruptedException {
    var before = silent;
    if (before == null || !(attempt instanceof Race.Attempt.Won)) return attempt;
    return before.answers(Silence.LAST_CHANCE) ? new Race.Attempt.Won(before) : attempt;
  }

  Race.Attempt overTcp() throws InterruptedException {
    var racing = parts.mode().permits(RoadKind.H3);
    var began = now();
    if (racing && !to.doubtful()) await(parts.times().h2After());
    if (overQuic.notAfterMs() > 0) await(parts.times().h3Patience());
    var refused = refusal;
    if (refused != null) return new Race.Attempt.Lost(refused);
    var there = counterpart();
    var heard = new Heard(parts.tools().clocks().monotonic());
    var connects = new Connects();
    var threshold = racing ? (Threshold.Permit) this::mayGreet : Threshold.Permit.ALWAYS;
    var aim = new Aim(to.at(), parts.credentials(), there, heard, threshold);
    var channel = parts.tcp().dial(aim, connects);
    var attempt = probe(RoadKind.H2, new GrpcCarrier(channel, connects, heard::last), there);
    if (!racing) return attempt;
    if (attempt instanceof Race.Attempt.Won)
      await(patience().minus(Duration.between(began, now())));
    refused = refusal; // no other road mends that, whichever result is looked at first
    return refused == null ? confirmed(attempt) : new Race.Attempt.Lost(refused);
  }

  private Duration patience() {
    if (silent == null) return parts.times().h3Patience();
    return parts.times().besidePatience().minus(Silence.LAST_CHANCE); // which comes after it
  }

  /**
   * A connection over TCP took so long to be made, which is a round trip: as long as HTTP/3 takes
   * to show the peer's certificate. Where it has, whose identity is refused is known first; where
   * HTTP/3 had no head start, it has that round trip once more.
   */
  private boolean mayGreet(Duration connect) throws InterruptedException {
    if (to.doubtful()) {
      var most = parts.times().h2After();
      var wait = connect.plus(SHAKE);
      var _ = quicMet.await(Math.min(wait.toMillis(), most.toMillis()), TimeUnit.MILLISECONDS);
    }
    if (overQuic.notAfterMs() > 0) await(parts.times().h3Patience());
    return refusal == null;
  }

  private Instant now() {
    return parts.tools().clocks().monotonic().instant();
  }

  /** The legacy socket: connects, shakes hands, greets. It is nobody's fallback. */
  Race.Attempt overLegacy() throws InterruptedException {
    var event = HandshakeEvent.started();
    var began = now();
    var there = counterpart();
    var raw = new Socket();
    var patience = (int) parts.times().dial().toMillis();
    try {
      raw.setTcpNoDelay(true);
      raw.setSoTimeout(patience);
      raw.connect(new InetSocketAddress(to.at().host(), to.at().port()), patience);
      var trust = new CheckingTrust(parts.credentials().verifier().trustManager(), there::refusal);
      var io = new LegacyTls(parts.credentials(), trust).shake(raw, true);
      io.write(GREETING);
      io.flush();
      var answer = io.read();
      if (answer.type() == LegacyFrame.Kind.ERR) {
        throw LegacyBody.status(answer.body()).asRuntimeException();
      }
      if (!answer.equals(GREETING)) {
        throw Status.UNIMPLEMENTED
            .withDescription("it begins with " + answer.type() + " instead of its greeting")
            .asRuntimeException();
      }
      raw.setSoTimeout(0);
      return won(event, began, io, there);
    } catch (IOException failed) {
      abort(raw);
      // whoever wanted it does not any more, which says nothing of the peer
      if (Thread.interrupted()) throw new InterruptedException("dial " + to.at());
      var why = Status.UNAVAILABLE.withDescription(String.valueOf(failed.getMessage()));
      return lost(event, RoadKind.LEGACY, there, why.withCause(failed));
    } catch (StatusRuntimeException refusal) {
      abort(raw);
      return lost(event, RoadKind.LEGACY, there, refusal.getStatus());
    }
  }

  private Race.Attempt won(HandshakeEvent event, Instant began, LegacyIo io, Counterpart there) {
    if (!(there.last() instanceof Admission.Admitted(Identity.Node(_, var peer)))) {
      throw new IllegalStateException("an unchecked legacy connection: " + to);
    }
    var made = new LegacyLink.Parts(peer, io, parts.tools(), () -> refusal(there, io), null);
    var link = new LegacyLink(made).start();
    event.end(outcome(RoadKind.LEGACY, peer.toString(), "", there));
    return won(began, road(RoadKind.LEGACY, peer, link));
  }

  private Road road(RoadKind kind, NodeId peer, Carrier carrier) {
    return new Road(
        new Road.Ends(peer, parts.credentials().chain().getFirst()), kind, carrier, parts.tools());
  }

  private Race.Attempt won(Instant began, Road road) {
    var took = Duration.between(began, now());
    parts.tools().meters().time(Metric.HANDSHAKE_SECONDS, took, "CLIENT");
    opened.add(road);
    return new Race.Attempt.Won(road);
  }

  private static Optional<Status> refusal(Counterpart there, LegacyIo io) {
    return there.refusal(io.chain()).map(Status.UNAUTHENTICATED::withDescription);
  }

  private static void abort(Socket raw) {
    try {
      raw.close();
    } catch (IOException gone) {
      assert raw.isClosed() : gone;
    }
  }

  private Counterpart counterpart() {
    return new Counterpart(
        () -> parts.own().now().verifier(), to.expected(), parts.tools().meters());
  }

  private void await(Duration patience) throws InterruptedException {
    var _ = quicEnded.await(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS);
  }

  /** The first call on the channel: it makes the connection, and shows that it is usable. */
  private Race.Attempt probe(RoadKind kind, GrpcCarrier carrier, Counterpart there)
      throws InterruptedException {
    var channel = carrier.channel();
    var event = HandshakeEvent.started();
    var began = now();
    var limit = parts.times().dial().toMillis();
    var options = CallOptions.DEFAULT.withDeadlineAfter(limit, TimeUnit.MILLISECONDS);
    try {
      ClientCalls.blockingUnaryCall(channel, Methods.PROBE, options, Bytes.EMPTY);
    } catch (StatusRuntimeException failed) {
      channel.shutdownNow();
      if (Thread.interrupted()) throw new InterruptedException("dial " + to.at());
      return lost(event, kind, there, failed.getStatus());
    }
    if (!(there.last() instanceof Admission.Admitted(Identity.Node(_, var peer)))) {
      channel.shutdownNow();
      throw new IllegalStateException("a call succeeded on an unchecked " + kind + " road: " + to);
    }
    event.end(outcome(kind, peer.toString(), "", there));
    if (kind == RoadKind.H2) parts.tcp().rounds().add(() -> stays(channel, there));
    return won(began, road(kind, peer, carrier));
  }

  /** Without its road, the peer is dialled again, and that says why it is refused. */
  private static boolean stays(ManagedChannel channel, Counterpart there) {
    if (channel.isShutdown()) return false;
    if (there.isAdmitted()) return true;
    channel.shutdownNow();
    return false;
  }

  private Race.Attempt lost(HandshakeEvent event, RoadKind kind, Counterpart there, Status status) {
    var failure =
        there.last() instanceof Admission.Refused(var code, var why) && there.notAfterMs() > 0
            ? RoadFailure.identity(code, why)
            : unreachable(Diagnosis.ofDial(status));
    event.end(outcome(kind, "", failure.mk(), there));
    parts.tools().meters().count(Metric.DIALS_TOTAL, kind.name(), failure.mk());
    if (TlsCode.in(failure.mk()).isPresent()) {
      parts.tools().meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "CLIENT", failure.mk());
    }
    return new Race.Attempt.Lost(failure);
  }

  /** Where UDP gets no answer and HTTP/2 is forbidden, that is what to say. */
  RoadFailure unreachable(RoadFailure failure) {
    if (parts.mode() != RoadMode.H3 || failure.kind() != RoadFailure.Kind.TIMEOUT) return failure;
    return new RoadFailure(failure.kind(), RoadFailure.NO_UDP, failure.why());
  }

  private static HandshakeEvent.Outcome outcome(
      RoadKind kind, String peer, String code, Counterpart there) {
    return new HandshakeEvent.Outcome("CLIENT", kind.name(), peer, "", code, there.notAfterMs());
  }
}

package dev.meshkit.transport;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.grpc.Http3ChannelBuilder;
import dev.meshkit.observe.HandshakeEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Fanout;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.Identity;
import dev.meshkit.security.TlsCode;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's roads: dials peers and listens for them. HTTP/3 goes first; HTTP/2, if permitted, 300
 * ms later, and its success waits for HTTP/3 until 2 s after the start. Thread-safe.
 */
public final class Transport implements AutoCloseable {
  private static final Duration HEAD_START = Duration.ofMillis(300);
  private static final Duration H3_PATIENCE = Duration.ofSeconds(2);
  private static final Duration DIAL_LIMIT = Duration.ofSeconds(5);

  private final Credentials credentials;
  private final RoadMode mode;
  private final RoadTools tools;
  private final TcpRoads tcp;
  private final Duration headStart;

  /** Roads as {@code mode} permits. Opens nothing yet. */
  public Transport(Credentials credentials, RoadMode mode, RoadTools tools) {
    this(credentials, mode, tools, HEAD_START);
  }

  /** The same, with another head start of HTTP/3. */
  Transport(Credentials credentials, RoadMode mode, RoadTools tools, Duration headStart) {
    this.headStart = headStart;
    this.credentials = credentials;
    this.mode = mode;
    this.tools = tools;
    this.tcp = new TcpRoads(credentials);
  }

  /**
   * Whether {@link #listen} could bind now, with its errors; nothing stays bound. For a node that
   * must not touch its disk before it knows.
   */
  public static Result<Endpoint> probe(Endpoint at, RoadMode mode) {
    return Listener.probe(at, mode);
  }

  /** The endpoint, with a port that is free now in the place of 0; errors as of {@link #listen}. */
  public static Result<Endpoint> settled(Endpoint at) {
    return Listener.settled(at);
  }

  /** Binds the permitted roads on one port. MK-NODE-002: it is taken; MK-NET-001: anything else. */
  public Result<Listener> listen(Endpoint at, MeshService service) {
    return Listener.bind(at, new Listener.Parts(credentials, mode, tools, tcp, service));
  }

  /**
   * Dials an endpoint and checks that {@code expected} answers there; {@link NodeId#NOBODY} if any
   * node of the cluster will do. Blocks at most 5 s.
   */
  public Result<Road> dial(Endpoint at, NodeId expected) throws InterruptedException {
    var dial = new Dial(at, expected);
    var asks = new ArrayList<Callable<Race.Attempt>>();
    if (mode.permits(RoadKind.H3)) asks.add(dial::overQuic);
    if (mode.permits(RoadKind.H2)) asks.add(dial::overTcp);
    try {
      var race = Fanout.gather("dial " + at, DIAL_LIMIT.plusSeconds(1), Race.of(asks.size()), asks);
      if (race.winner().isPresent()) return Result.ok(won(race.winner().get(), race, dial));
      var failure =
          race.failure()
              .orElse(new RoadFailure(RoadFailure.Kind.TIMEOUT, "MK-TLS-013", "no answer in 5 s"));
      return Result.err(unreachable(failure).error("dial " + at));
    } finally {
      dial.opened.forEach(Road::abandon);
    }
  }

  private Road won(Road road, Race race, Dial dial) {
    dial.opened.remove(road);
    tools.meters().count(Metric.DIALS_TOTAL, road.kind().name(), "OK");
    if (mode == RoadMode.AUTO && road.kind() == RoadKind.H2) {
      var reason = race.failure().map(failure -> failure.kind().name()).orElse("SLOW");
      tools.meters().count(Metric.H3_FALLBACK_TOTAL, reason);
    }
    return road;
  }

  /** Where UDP gets no answer and HTTP/2 is forbidden, that is what to say. */
  private RoadFailure unreachable(RoadFailure failure) {
    if (mode != RoadMode.H3 || failure.kind() != RoadFailure.Kind.TIMEOUT) return failure;
    return new RoadFailure(failure.kind(), "MK-NET-004", failure.why());
  }

  /** Ends the threads of HTTP/2. Roads and listeners are closed by whoever opened them. */
  @Override
  public void close() {
    tcp.close();
  }

  /** One dial: two attempts at most, each on a thread of its own. */
  private final class Dial {
    private final Endpoint at;
    private final NodeId expected;
    private final CountDownLatch quicEnded = new CountDownLatch(1);
    private final Queue<Road> opened = new ConcurrentLinkedQueue<>();
    private volatile @Nullable RoadFailure refusal; // of an identity, over QUIC

    Dial(Endpoint at, NodeId expected) {
      this.at = at;
      this.expected = expected;
    }

    Race.Attempt overQuic() throws InterruptedException {
      var there = new Counterpart(credentials.verifier(), expected);
      var trust = new CheckingTrust(credentials.verifier().trustManager(), there::note);
      try {
        var channel =
            Http3ChannelBuilder.forAddress(at.host(), at.port())
                .tls(credentials.key(), trust)
                .peerCheck(there)
                .maxInboundMessageSize(Family.DELIVER.maxFrameBytes())
                .build();
        var attempt = probe(RoadKind.H3, channel, there);
        if (attempt instanceof Race.Attempt.Lost(var failure) && failure.isOfIdentity()) {
          refusal = failure; // before HTTP/2 may start
        }
        return attempt;
      } finally {
        quicEnded.countDown();
      }
    }

    Race.Attempt overTcp() throws InterruptedException {
      var racing = mode.permits(RoadKind.H3);
      if (racing) await(headStart);
      var refused = refusal;
      if (refused != null) return new Race.Attempt.Lost(refused);
      var there = new Counterpart(credentials.verifier(), expected);
      var began = tools.clocks().monotonic().instant();
      var attempt = probe(RoadKind.H2, tcp.dial(at, there), there);
      if (!racing || attempt instanceof Race.Attempt.Lost) return attempt;
      var spent = Duration.between(began, tools.clocks().monotonic().instant()).plus(headStart);
      await(H3_PATIENCE.minus(spent));
      return attempt;
    }

    private void await(Duration patience) throws InterruptedException {
      var _ = quicEnded.await(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** The first call on the channel: it makes the connection, and shows that it is usable. */
    private Race.Attempt probe(RoadKind kind, ManagedChannel channel, Counterpart there)
        throws InterruptedException {
      var event = HandshakeEvent.started();
      var options =
          CallOptions.DEFAULT.withDeadlineAfter(DIAL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      try {
        ClientCalls.blockingUnaryCall(channel, Methods.PROBE, options, dev.meshkit.api.Bytes.EMPTY);
      } catch (StatusRuntimeException refused) {
        channel.shutdownNow();
        if (Thread.interrupted()) throw new InterruptedException("dial " + at);
        return lost(event, kind, there, refused.getStatus());
      }
      if (there.last() instanceof Admission.Admitted(Identity.Node(_, var peer))) {
        event.end(outcome(kind, peer.toString(), "", there));
        var road = new Road(kind, peer, channel, tools);
        opened.add(road);
        return new Race.Attempt.Won(road);
      }
      channel.shutdownNow();
      throw new IllegalStateException("a call succeeded on an unchecked " + kind + " road: " + at);
    }

    private Race.Attempt lost(
        HandshakeEvent event, RoadKind kind, Counterpart there, Status status) {
      var failure =
          there.last() instanceof Admission.Refused(var code, var why) && there.notAfterMs() > 0
              ? RoadFailure.identity(code, why)
              : Diagnosis.of(status);
      event.end(outcome(kind, "", failure.mk(), there));
      tools.meters().count(Metric.DIALS_TOTAL, kind.name(), failure.mk());
      if (TlsCode.in(failure.mk()).isPresent()) {
        tools.meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "CLIENT", failure.mk());
      }
      return new Race.Attempt.Lost(failure);
    }

    private HandshakeEvent.Outcome outcome(
        RoadKind kind, String peer, String code, Counterpart there) {
      return new HandshakeEvent.Outcome("CLIENT", kind.name(), peer, "", code, there.notAfterMs());
    }
  }

  /** What a mode permits, in the order it is tried. */
  static List<RoadKind> permitted(RoadMode mode) {
    return java.util.stream.Stream.of(RoadKind.values()).filter(mode::permits).toList();
  }
}

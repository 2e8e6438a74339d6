package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A dialled, checked way to one peer. Thread-safe.
 *
 * <p>A road is retired when another takes its place: its calls go on, and whoever holds one looks
 * for {@link #isRetired} where he can stop without losing anything.
 */
public final class Road {
  /** How long the peer has to answer a Hello. */
  private static final Duration HELLO_PATIENCE = Duration.ofSeconds(5);

  private final RoadKind kind;
  private final Ends ends;
  private final Carrier carrier;
  private final RoadTools tools;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger using = new AtomicInteger();
  private final Instant made;
  private volatile Instant used;
  private volatile boolean retired;
  private final RoundTrips roundTrips = new RoundTrips();

  /**
   * Who is at its ends.
   *
   * @param peer whose certificate was shown
   * @param shown the certificate of this node that the peer saw
   */
  record Ends(NodeId peer, X509Certificate shown) {}

  Road(Ends ends, RoadKind kind, Carrier carrier, RoadTools tools) {
    this.kind = kind;
    this.ends = ends;
    this.carrier = carrier;
    this.tools = tools;
    this.made = now();
    this.used = made;
  }

  /**
   * A duplex call that the peer accepted.
   *
   * @param stream its frames
   * @param hello what the peer said of itself, not yet read
   */
  public record Opened(ByteStream stream, Bytes hello) {}

  /** What carries it. */
  public RoadKind kind() {
    return kind;
  }

  /** Whose certificate was shown. */
  public NodeId peer() {
    return ends.peer();
  }

  /** Which certificate of this node the peer saw. */
  X509Certificate shown() {
    return ends.shown();
  }

  /** Whether the peer wants its calls to be opened anew, on a fresh road. */
  public boolean isSentAway() {
    return carrier.isSentAway();
  }

  /** {@code sentAway} runs when the peer does, perhaps more than once. */
  public void watch(Runnable sentAway) {
    carrier.watch(sentAway);
  }

  /** How many duplex calls are open. */
  public int open() {
    return open.get();
  }

  /** How many duplex calls have been opened. */
  public int opened() {
    return opened.get();
  }

  /** For how long nothing was open or asked here, signs of life aside; zero while something is. */
  public Duration idle() {
    return using.get() > 0 ? Duration.ZERO : Duration.between(used, now());
  }

  private void release() {
    used = now(); // before it may be seen that nobody uses it
    using.decrementAndGet();
  }

  /** Since when it is there. */
  public Duration age() {
    return Duration.between(made, now());
  }

  /** How long the last {@link #ask} took; zero before the first. */
  public Duration roundTrip() {
    return roundTrips.last();
  }

  /** Whether another road has taken this one's place. */
  public boolean isRetired() {
    return retired;
  }

  /** Another road takes this one's place. Calls in progress go on. */
  public void retire() {
    retired = true;
  }

  /** What came of a question for a sign of life. */
  public enum Sign {
    /** It was answered, and the round trip is measured. */
    GIVEN,
    /** It was not, which does not show that the path is lost. */
    OWED,
    /** The path is lost, or the peer refuses us. */
    NONE
  }

  /**
   * Asks the peer for a sign of life and measures the round trip. Where nobody else does, judges
   * whether the path is lost: while anything at all comes it is not, however long the answer waits
   * behind what else is on its way. Blocks at most twice as long as a path may be silent.
   */
  public Sign ask() throws InterruptedException {
    var patience = Silence.lost(roundTrips.shortest());
    var asked = now();
    var sign = ask(patience);
    if (sign.isPresent()) return sign.get();
    var heard = carrier.heard();
    if (heard.isEmpty()) return Sign.OWED;
    if (!heard.get().isAfter(asked)) return Sign.NONE;
    // that may have been its last word: from then on, it has as long as any other
    return ask(Duration.between(now(), heard.get().plus(patience)))
        .orElseGet(() -> carrier.heard().equals(heard) ? Sign.NONE : Sign.OWED);
  }

  /** Empty if there was no answer in time. */
  private Optional<Sign> ask(Duration patience) throws InterruptedException {
    if (!patience.isPositive()) return Optional.empty();
    var began = now();
    try {
      carrier.ask(Carrier.Asked.PROBE, RoundTrip.said(roundTrips.last()), patience);
    } catch (StatusRuntimeException failed) {
      if (Thread.interrupted()) throw new InterruptedException("ask " + peer());
      if (failed.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) return Optional.empty();
      return Optional.of(isOver(failed.getStatus()) ? Sign.NONE : Sign.OWED);
    }
    roundTrips.add(Duration.between(began, now()));
    return Optional.of(Sign.GIVEN);
  }

  /** Who answers something else, that he has no time for one, is there; but not who refuses us. */
  private static boolean isOver(Status failed) {
    return RoadFailure.isOfRoad(failed) || Diagnosis.of(failed).isOfIdentity();
  }

  private Instant now() {
    return tools.clocks().monotonic().instant();
  }

  /** Opens a duplex call. Blocks at most 5 s, for the peer's Hello. */
  public Result<Opened> open(Family family, Bytes hello) throws InterruptedException {
    var log = new RpcLog(tools, new RpcLog.Call(family.method(), peer().toString(), kind, true));
    open.incrementAndGet();
    opened.incrementAndGet();
    using.incrementAndGet();
    var stream = carrier.open(new Carrier.Opening(peer(), family, hello, log, this::ended));
    try {
      var theirs = stream.hello(HELLO_PATIENCE);
      if (theirs.isPresent()) return Result.ok(new Opened(stream, theirs.get()));
    } catch (InterruptedException interrupted) {
      stream.abort(Status.CANCELLED.withDescription("interrupted"));
      throw interrupted;
    }
    var why = stream.ended().orElse(Status.DEADLINE_EXCEEDED.withDescription("no Hello in 5 s"));
    stream.abort(why);
    return Result.err(Diagnosis.ofCall(why).error("open " + family + " to " + peer()));
  }

  private void ended() {
    open.decrementAndGet();
    release();
  }

  /** Calls {@code Mesh.Sync}. Blocks at most {@code timeout}. */
  public Result<Bytes> sync(Bytes request, Duration timeout) throws InterruptedException {
    return ask(Carrier.Asked.SYNC, "sync with " + peer(), request, timeout);
  }

  /** Calls {@code Mesh.Command}. Blocks at most {@code timeout}. */
  public Result<Bytes> command(Bytes request, Duration timeout) throws InterruptedException {
    return ask(Carrier.Asked.COMMAND, "ask " + peer() + " as the leader", request, timeout);
  }

  private Result<Bytes> ask(Carrier.Asked what, String tried, Bytes request, Duration timeout)
      throws InterruptedException {
    var method = Methods.unary(what).getFullMethodName();
    var log = new RpcLog(tools, new RpcLog.Call(method, peer().toString(), kind, true));
    using.incrementAndGet();
    try {
      log.sent(request.size());
      var reply = carrier.ask(what, request, timeout);
      log.received(reply.size());
      log.end(Status.Code.OK);
      return Result.ok(reply);
    } catch (StatusRuntimeException failed) {
      log.end(failed.getStatus().getCode());
      if (Thread.interrupted()) throw new InterruptedException(tried);
      return Result.err(Diagnosis.ofCall(failed.getStatus()).error(tried));
    } finally {
      release();
    }
  }

  /** Takes no new calls; those that run may end by themselves. Idempotent, never blocks. */
  public void drain() {
    carrier.drain();
  }

  /** Lets what was sent leave, for at most {@code grace}, and ends every call. Idempotent. */
  public void close(Duration grace) throws InterruptedException {
    carrier.drain();
    if (!carrier.awaitEnd(grace)) carrier.abandon();
  }

  /** Ends every call at once. Idempotent, never blocks. */
  public void abandon() {
    carrier.abandon();
  }
}

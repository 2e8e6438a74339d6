package dev.meshkit.transport;

import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which road to one peer is taken, and when it is tried again: the state machine of the roads, as a
 * function of what happened. It dials nothing and reads no clock; all instants are monotonic.
 *
 * <pre>
 *   IDLE  – a dial that HTTP/3 wins → H3            H3, H2 – lost → IDLE
 *   IDLE  – a dial that HTTP/2 wins → H2            H2 – HTTP/3 usable again, for a while → H3
 *   any   – an identity was refused → BLOCKED       BLOCKED – moved, or its time is over → IDLE
 * </pre>
 *
 * @param state where it stands
 * @param h3Failed when HTTP/3 last failed where TCP passed, as far as it is remembered
 * @param downgrades when the peer fell to HTTP/2, as far as it is remembered
 */
public record RoadPlan(State state, Optional<Instant> h3Failed, List<Instant> downgrades) {
  private static final int FLAPPING = 2;
  private static final int FLAPPING_FACTOR = 4;
  private static final double SPREAD = 0.2;

  /** Copies the list. */
  public RoadPlan {
    downgrades = List.copyOf(downgrades);
  }

  /** Where it stands. */
  public sealed interface State {
    /** No road. */
    record Idle() implements State {}

    /** On the legacy socket: only another policy leads away from it. */
    record OnLegacy() implements State {}

    /** On HTTP/3. */
    record OnH3() implements State {}

    /**
     * On HTTP/2.
     *
     * @param retryAt when HTTP/3 is tried beside it; {@link Instant#MAX} for never
     * @param pause what was waited for, without jitter
     */
    record OnH2(Instant retryAt, Duration pause) implements State {}

    /**
     * The identity of the peer, or ours, was refused: no road would mend that.
     *
     * @param why with its MK code
     * @param until when it is dialled again, if nothing changes before
     */
    record Blocked(MeshError why, Instant until) implements State {}
  }

  /**
   * All that a step may know.
   *
   * @param now monotonic
   * @param times the patience of the node
   * @param chance for jitter
   */
  public record Facts(Instant now, RoadTimes times, RandomGenerator chance) {}

  /** Before the first dial. */
  public static RoadPlan idle() {
    return new RoadPlan(new State.Idle(), Optional.empty(), List.of());
  }

  /** Why the peer must not be dialled now, if so. */
  public Optional<MeshError> refusal(Instant now) {
    return state instanceof State.Blocked(var why, var until) && now.isBefore(until)
        ? Optional.of(why)
        : Optional.empty();
  }

  /** Whether HTTP/2 need not wait before it joins a race: HTTP/3 failed not long ago. */
  public boolean doubtsH3(Facts at) {
    return h3Failed.filter(failed -> remembered(failed, at)).isPresent();
  }

  /** Whether HTTP/3 is to be tried beside HTTP/2 now. */
  public boolean isRetryDue(Instant now) {
    return state instanceof State.OnH2(var at, _) && !now.isBefore(at);
  }

  /** A road was won. {@code downgrade}: HTTP/3 was permitted, and did not come about. */
  public RoadPlan won(RoadKind road, boolean downgrade, Facts at) {
    if (road == RoadKind.H3) return new RoadPlan(new State.OnH3(), Optional.empty(), lately(at));
    if (road == RoadKind.LEGACY) return as(new State.OnLegacy());
    if (!downgrade) return as(new State.OnH2(Instant.MAX, Duration.ZERO));
    var falls = new ArrayList<>(lately(at));
    falls.add(at.now());
    var first = at.times().retryFirst();
    var pause = falls.size() < FLAPPING ? first : first.multipliedBy(FLAPPING_FACTOR);
    return new RoadPlan(onH2(pause, at), h3Failed, falls);
  }

  /**
   * HTTP/3 got no answer, or not one of HTTP/3, where TCP passes: for a while HTTP/2 need not wait
   * for it. Nothing else is reason enough, since whose identity HTTP/3 refuses must not find HTTP/2
   * on its way already.
   */
  public RoadPlan doubtful(Facts at) {
    return new RoadPlan(state, Optional.of(at.now()), downgrades);
  }

  /**
   * HTTP/3 had no answer yet when HTTP/2 was taken: it may only be slow, as it is on a cold start,
   * so the first time it is tried again at once, and only then after the usual pause.
   */
  public RoadPlan undecided(Facts at) {
    if (!(state instanceof State.OnH2 _) || downgrades.size() >= FLAPPING) return this;
    return as(new State.OnH2(at.now(), at.times().retryFirst().dividedBy(2)));
  }

  /** A dial failed on every road that was tried. */
  public RoadPlan failed(MeshError why, Facts at) {
    var kind = RoadFailure.kindOf(why);
    if (kind == RoadFailure.Kind.IDENTITY) {
      return as(new State.Blocked(why, at.now().plus(at.times().blocked())));
    }
    return new RoadPlan(new State.Idle(), h3Failed, lately(at));
  }

  /** HTTP/3 was tried beside HTTP/2, and is no better than before. */
  public RoadPlan stillOnH2(Facts at) {
    if (!(state instanceof State.OnH2(_, var pause))) return this;
    return new RoadPlan(onH2(pause.multipliedBy(2), at), h3Failed, lately(at));
  }

  /** The streams have moved from HTTP/2 to HTTP/3. */
  public RoadPlan promoted() {
    return new RoadPlan(new State.OnH3(), Optional.empty(), downgrades);
  }

  /** The road was lost, or is not needed. */
  public RoadPlan lost() {
    return state instanceof State.Blocked ? this : as(new State.Idle());
  }

  /** The peer's address, or ours, is another: what failed before says nothing any more. */
  public RoadPlan moved(Instant now) {
    return switch (state) {
      case State.Blocked _ -> as(new State.Idle());
      case State.OnH2(var at, var pause) when at.isBefore(Instant.MAX) ->
          as(new State.OnH2(now, pause));
      case State.OnH2 _, State.OnH3 _, State.OnLegacy _, State.Idle _ -> this;
    };
  }

  private State onH2(Duration wanted, Facts at) {
    var most = at.times().retryMost();
    var pause = wanted.compareTo(most) < 0 ? wanted : most;
    var factor = 1 - SPREAD + 2 * SPREAD * at.chance().nextDouble();
    return new State.OnH2(at.now().plusNanos((long) (pause.toNanos() * factor)), pause);
  }

  private List<Instant> lately(Facts at) {
    return downgrades.stream().filter(fall -> remembered(fall, at)).toList();
  }

  private static boolean remembered(Instant when, Facts at) {
    return at.now().isBefore(when.plus(at.times().memory()));
  }

  private RoadPlan as(State next) {
    return new RoadPlan(next, h3Failed, downgrades);
  }
}

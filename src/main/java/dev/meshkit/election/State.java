package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * One node's part in one scope. Immutable.
 *
 * @param options who takes part, and how patiently
 * @param role what it is at present
 * @param current the durable part as memory has it; {@code disk} says how much of it is on disk
 * @param disk how far the disk is behind
 * @param promise whom this voter helps, and until when
 * @param heard what leaders have said
 * @param attempts what this voter tried
 * @param agenda what this leader was asked to change
 * @param learners who hears this node's beats, when it leads, and does not vote
 * @param lowering when its cap falls
 * @param preference who should lead
 * @param fireAt the election timer: it lives as long as the scope and is moved, never made anew
 * @param stopBy when a node that was asked to stop does so at the latest; else the far future
 */
public record State(
    ElectionOptions options,
    Role role,
    Durable current,
    Disk disk,
    Promise promise,
    Heard heard,
    Attempts attempts,
    Agenda agenda,
    Learners learners,
    Lowering lowering,
    Preference preference,
    Instant fireAt,
    Instant stopBy) {
  /** When a {@link Input.Tick} has something to do. */
  public Instant due() {
    return earliest(roleDue(), stopBy, attempts.survivors().due());
  }

  /**
   * How many voters are yet to acknowledge the latest beat of a leader who had all acknowledgements
   * of the one before at once, and has nothing to commit: from the first of them it concludes
   * nothing that it does not from the last, up to {@link #acksBy}. 0 where each may say something
   * new. To the election one that waits for the others is one that was longer on its way.
   */
  public int acksTogether(Instant now) {
    if (!(role instanceof Role.Leader(var tenure)) || !tenure.rested()) return 0;
    if (!current.view().equals(current.record()) || !now.isBefore(acksBy())) return 0;
    if (!(agenda.offer() instanceof Offer.None)) return 0;
    return tenure.missing(options.self(), current.record().content());
  }

  /** Until when a leader may let acknowledgements wait for each other: after it they are late. */
  public Instant acksBy() {
    if (!(role instanceof Role.Leader(var tenure))) return Instant.MIN;
    return tenure.latest().plus(options.profile().atOnce());
  }

  /** Whether an input is one of {@link #acksTogether}. */
  public boolean isAck(Input input) {
    return input instanceof Input.Received(_, var frame)
        && frame.message() instanceof Frame.BeatAck
        && frame.header().term() == current.term();
  }

  /**
   * Who leads, as far as this node knows. Holds until {@link #decisionEnds}: a voter that has tried
   * to lead since, follows nobody until it hears a leader again.
   */
  public LeaderDecision decision() {
    return switch (role) {
      case Role.Leader(var tenure) -> new LeaderDecision.Led(tenure.fence());
      case Role.Follower _, Role.Recovering _, Role.Observer _ -> following();
      case Role.PreCandidate _,
          Role.Candidate _,
          Role.Pending _,
          Role.Quarantined _,
          Role.Stopped _ ->
          new LeaderDecision.Undecided(current.term());
    };
  }

  /**
   * When {@link #decision} ends by itself: a leader that is followed has this voter's promise until
   * then, and no more than hearsay of it afterwards. {@link Instant#MAX} where nobody is followed.
   */
  public Instant decisionEnds() {
    return decision() instanceof LeaderDecision.Following ? promise.until() : Instant.MAX;
  }

  /** The record by which this node counts (R8). */
  public ScopeRecord record() {
    return current.record();
  }

  /** The latest record known to be committed, as far as the disk knows, too: it never goes back. */
  public ScopeRecord view() {
    return disk.durable().view();
  }

  /** This node's term. */
  public long term() {
    return current.term();
  }

  /**
   * Whether this node's vote is out of every other's reach at {@code now}: promised to the leader
   * of that term, or given by nobody who recovers or has stopped.
   */
  public boolean isBoundTo(NodeId leader, long term, Instant now) {
    return switch (role) {
      case Role.Recovering _, Role.Quarantined _, Role.Stopped _ -> true;
      case Role.Observer _,
          Role.Follower _,
          Role.PreCandidate _,
          Role.Candidate _,
          Role.Pending _,
          Role.Leader _ ->
          promise.leader().equals(leader) && promise.term() == term && promise.binds(now);
    };
  }

  /** What the stores of others have shown; to be written along with the next persist. */
  public Peers peers() {
    return heard.peers();
  }

  /** Who may be asked to vote here next, each with its store. */
  public List<Seat> learning() {
    return learners.seats();
  }

  /** How long the other voters take to answer this one, by what it tried and led. */
  public RoundTrips trips() {
    return attempts.trips();
  }

  /** Who has asked this node what it holds, to recover this scope, while it recovered nothing. */
  public SortedSet<NodeId> recovering() {
    return attempts.survivors().isNone() ? attempts.survivors().asked() : Survivors.NONE.asked();
  }

  /** Whether this core has ended. */
  public boolean stopped() {
    return role instanceof Role.Stopped;
  }

  private LeaderDecision following() {
    var gone = attempts.lost() > 0 || !attempts.yielded().isEmpty();
    if (gone || promise.leader().isNobody() || promise.term() != current.term())
      return new LeaderDecision.Undecided(current.term());
    return new LeaderDecision.Following(promise.leader(), Turn.fence(this, promise.term()));
  }

  private Instant roleDue() {
    var profile = options.profile();
    return switch (role) {
      case Role.Observer _, Role.Quarantined _, Role.Stopped _ -> Instant.MAX;
      case Role.Recovering(var until, var hello, _) -> earliest(until, hello);
      case Role.Follower _ -> stopBy.equals(Instant.MAX) && mayCampaign() ? fireAt : Instant.MAX;
      case Role.PreCandidate(_, var expires) -> expires;
      case Role.Candidate(_, var expires) -> expires;
      case Role.Pending(var tenure) ->
          earliest(tenure.nextBeat(), tenure.won().plus(tenure.promise()), diskDue());
      case Role.Leader(var tenure) ->
          earliest(tenure.nextBeat(), tenure.authorityEnd(profile.epsilon()), diskDue());
    };
  }

  /** Whether this node is a voter that ever leads. */
  boolean mayCampaign() {
    for (var seat : record().content().voters())
      if (seat.is(options.self(), options.store())) return seat.rank() != Seat.WITNESS;
    return false;
  }

  private Instant diskDue() {
    return disk.busy() ? disk.deadline(options.profile()) : disk.probeDue();
  }

  private static Instant earliest(Instant... instants) {
    return Stream.of(instants).min(Comparator.naturalOrder()).orElseThrow();
  }
}

package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;

/**
 * Leader election as a function: Raft §5.2 without a log, with promises that bound a leader's time.
 * It reads no clock, thread, socket or disk.
 *
 * <p>The rules are those of §9 of the design of elections; each names its handler there. Who votes
 * and how is in {@link Voter}, who tries to lead in {@link Candidate}, who leads in {@link Leader}.
 */
public final class Election {
  /** How far ahead a term or a version may be before it is taken for damage. */
  static final long WILD = 1L << 20;

  /** How many recoveries a node may have missed. */
  private static final long LATER = 1_000;

  private static final Duration STOP_WITHIN = Duration.ofSeconds(2);

  private Election() {}

  /**
   * The state a process begins with. A store that took part before stays quiet for as long as the
   * longest promise it may have given (E18), unless this node alone votes and led its own last
   * term: then its vote obeyed every promise. So does one that does not vote at present: it may
   * have promised before it was removed, or as a learner, and be a voter again soon.
   */
  public static State begin(ElectionOptions options, Stored found, Facts at) {
    var stored = found.durable();
    var fresh = found.fresh();
    var content = stored.record().content();
    var disk = Disk.holding(stored, at.now());
    var voter = content.votes(options.self(), options.store());
    var alone = content.isOnly(options.self()) && stored.record().id().term() == stored.term();
    var quiet = fresh || alone ? Duration.ZERO : stored.cap();
    Role role = voter ? new Role.Follower() : new Role.Observer();
    var until = at.now().plus(quiet);
    if (quiet.isPositive())
      role =
          options.life().isSaid()
              ? new Role.Recovering(until, at.now(), Role.Recovering.Began.with(stored))
              : new Role.Recovering(until);
    var idle =
        new State(
            options,
            role,
            stored,
            disk,
            Promise.NONE,
            Heard.NOTHING.knowing(found.peers()),
            Attempts.NONE,
            Agenda.EMPTY,
            Learners.NONE,
            Lowering.NONE,
            Preference.begun(fresh, at.now()),
            at.now(),
            Instant.MAX);
    var turn = new Turn(idle, at);
    turn.fireAt =
        at.now().plus(quiet).plus(turn.delayAfter(NodeId.NOBODY, options.profile().jitter()));
    return turn.state();
  }

  /** The same for a store that has met nobody. */
  public static State begin(ElectionOptions options, Durable stored, boolean fresh, Facts at) {
    return begin(options, new Stored(stored, Peers.NONE, fresh), at);
  }

  /** What an input does. Equal arguments give equal results. */
  public static Step step(State state, Input input, Facts at) {
    var turn = new Turn(state, at);
    if (!state.stopped()) handle(turn, input);
    return turn.done();
  }

  private static void handle(Turn turn, Input input) {
    Leader.expire(turn);
    switch (input) {
      case Input.Tick() -> tick(turn);
      case Input.Received(var from, var frame) -> received(turn, from, frame);
      case Input.Counted(var ballot) -> Candidate.counted(turn, ballot);
      case Input.StorageDone(var k) -> stored(turn, k);
      case Input.DiskAnswered(var began, var ended) -> turn.disk = turn.disk.vouched(began, ended);
      case Input.StorageFailed() -> turn.halt(Cause.DISK, HaltCause.STORE_FAILED);
      case Input.ClockSuspect() -> {
        if (turn.leading()) Leader.stepDown(turn, Cause.CLOCK);
      }
      case Input.Commanded(var command) -> Proposer.command(turn, command);
      case Input.Learners(var seats) -> turn.learners = Learners.of(seats);
      case Input.Transfer(var to) -> Handover.wish(turn, to);
      case Input.Recover recover -> Generations.recover(turn, recover);
      case Input.StepDown() -> Handover.resign(turn);
      case Input.Drained(var fence, var to) -> Handover.drained(turn, fence, to);
      case Input.Favoured(var is) -> turn.preference = turn.preference.favoured(is);
      case Input.Stop() -> stop(turn);
    }
  }

  private static void tick(Turn turn) {
    if (turn.stopping() && !turn.now.isBefore(turn.stopBy)) {
      turn.halt(Cause.SHUTDOWN, HaltCause.STOPPED);
      return;
    }
    Generations.tick(turn);
    switch (turn.role) {
      case Role.Pending _, Role.Leader _ -> Leader.tick(turn);
      case Role.Recovering(var until, _, _) when !turn.now.isBefore(until) ->
          turn.role = turn.isVoter() ? new Role.Follower() : new Role.Observer();
      case Role.Recovering recovering when !turn.now.isBefore(recovering.hello()) ->
          Quarantine.hello(turn, recovering);
      case Role.Follower _ when mayFire(turn) -> Candidate.fire(turn);
      case Role.PreCandidate(_, var expires) when !turn.now.isBefore(expires) ->
          Candidate.expired(turn);
      case Role.Candidate(_, var expires) when !turn.now.isBefore(expires) ->
          Candidate.expired(turn);
      case Role.Observer _,
          Role.Recovering _,
          Role.Quarantined _,
          Role.Follower _,
          Role.PreCandidate _,
          Role.Candidate _,
          Role.Stopped _ -> {}
    }
  }

  private static boolean mayFire(Turn turn) {
    return !turn.stopping() && turn.state().mayCampaign() && !turn.now.isBefore(turn.fireAt);
  }

  private static void stored(Turn turn, long k) {
    var before = turn.disk.durable().record();
    turn.disk = turn.disk.done(k, turn.now);
    if (!turn.disk.durable().record().equals(before)) Proposer.push(turn);
    if (turn.role instanceof Role.Pending(var tenure)) Leader.settle(turn, tenure);
    else if (turn.role instanceof Role.Leader(var tenure)) Leader.settle(turn, tenure);
  }

  /** Votes on until somebody else leads, so that stopping one voter does not cost the quorum. */
  private static void stop(Turn turn) {
    var successors = turn.leading() && !turn.content().isOnly(turn.self());
    if (turn.leading() && !Handover.leave(turn, Cause.SHUTDOWN))
      Leader.stepDown(turn, Cause.SHUTDOWN);
    if (successors) turn.stopBy = turn.now.plus(STOP_WITHIN);
    else if (!turn.stopping()) turn.halt(Cause.SHUTDOWN, HaltCause.STOPPED);
  }

  private static void received(Turn turn, NodeId from, Frame frame) {
    var header = frame.header();
    if (!mayConcern(turn, from, frame)) return;
    switch (frame.message()) {
      case Frame.Ask ask when ask.pre() -> Voter.preAsk(turn, from, ask);
      case Frame.Ask ask -> Voter.ask(turn, from, header, ask);
      case Frame.Answer answer -> Candidate.answered(turn, from, header, answer);
      case Frame.Beat beat -> Voter.beat(turn, from, header, beat);
      case Frame.BeatAck ack -> Leader.ack(turn, from, header, ack);
      case Frame.TimeoutNow(var cert, _) -> Handover.timeoutNow(turn, from, cert);
      case Frame.StepDown down -> Voter.down(turn, from, down);
      case Frame.RecordPut put -> Voter.record(turn, from, put);
      case Frame.RecordGet _ -> Voter.get(turn, from, header);
      case Frame.Survey survey -> Voter.survey(turn, from, survey);
      case Frame.Holds holds -> Generations.holds(turn, from, header, holds);
      case Frame.Withholds not -> Generations.withheld(turn, from, not);
      case Frame.Boot _ -> {} // its header has been judged
      case Frame.Quarantine verdict -> Quarantine.impose(turn, from, verdict);
    }
  }

  /** {@code frame f,x}: what no rule may see changes nothing, and is counted (S9, E33). */
  private static boolean mayConcern(Turn turn, NodeId from, Frame frame) {
    var header = frame.header();
    var here = turn.content();
    if (isFar(turn, frame)) return drop(turn, from, Drop.WILD_TERM);
    if (header.generation() != here.generation()) {
      Generations.other(turn, from, frame);
      return drop(turn, from, Drop.GENERATION);
    }
    if (!header.genesis().equals(here.genesis())) return drop(turn, from, Drop.GENESIS);
    if (header.rec().term() > header.term()) return drop(turn, from, Drop.INVALID_RECORD);
    if (Quarantine.drops(turn, from, frame)) return drop(turn, from, Drop.QUARANTINED);
    var exempt = isForAnyone(frame.message());
    var newer = header.rec().compareTo(turn.record().id()) > 0;
    var learns =
        frame.message() instanceof Frame.BeatAck && turn.learners.has(from, header.store());
    if (exempt || newer || learns || (turn.isVoter(from, header) && !from.equals(turn.self())))
      return true;
    showHead(turn, from);
    return drop(turn, from, Drop.NOT_MEMBER);
  }

  /** Whether it names what nobody can have come to, in its header or within. */
  private static boolean isFar(Turn turn, Frame frame) {
    var header = frame.header();
    if (isFar(turn, header.generation()) || isFar(turn, header.rec())) return true;
    var message = frame.message();
    if (message instanceof Frame.RecordPut(var put, _) && isFar(turn, put)) return true;
    if (message instanceof Frame.Holds(_, var held, _) && isFar(turn, held)) return true;
    var term = header.term();
    if (message instanceof Frame.Ask ask && isFar(turn, ask.rec())) return true;
    if (message instanceof Frame.Ask ask) term = Math.max(term, ask.term());
    if (message instanceof Frame.StepDown(var down, _, _)) term = Math.max(term, down);
    return term > turn.current.term() + WILD;
  }

  private static boolean isFar(Turn turn, ScopeRecord record) {
    return isFar(turn, record.content().generation()) || isFar(turn, record.id());
  }

  private static boolean isFar(Turn turn, RecordId id) {
    return id.term() > turn.current.term() + WILD
        || id.version() > turn.record().id().version() + WILD;
  }

  private static boolean isFar(Turn turn, int generation) {
    return (long) generation - turn.content().generation() > LATER;
  }

  /** A removed or restarted node may know no better than to say these. */
  private static boolean isForAnyone(Frame.Message message) {
    return message instanceof Frame.RecordPut
        || message instanceof Frame.RecordGet
        || message instanceof Frame.Survey
        || message instanceof Frame.Holds
        || message instanceof Frame.Withholds
        || message instanceof Frame.Boot;
  }

  private static void showHead(Turn turn, NodeId to) {
    turn.send(to, new Frame.RecordPut(turn.disk.durable().view(), true));
  }

  private static boolean drop(Turn turn, NodeId from, Drop why) {
    turn.add(new Effect.Dropped(from, why));
    return false;
  }
}

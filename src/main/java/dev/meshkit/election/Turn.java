package dev.meshkit.election;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One step under way: the state being changed and the effects so far. Confined to {@link
 * Election#step}, which begins one and ends it; the rules of each role work on it.
 */
final class Turn {
  final ElectionOptions options;
  final Profile profile;
  final Facts facts;
  final Instant now;
  Role role;
  Durable current;
  Disk disk;
  Promise promise;
  Heard heard;
  Attempts attempts;
  Agenda agenda;
  Learners learners;
  Lowering lowering;
  Preference preference;
  Instant fireAt;
  Instant stopBy;
  private final LeaderDecision before;
  private final List<Effect> effects =
      new ArrayList<>(2); // a heartbeat has one, most others have few

  Turn(State state, Facts facts) {
    this.options = state.options();
    this.profile = options.profile();
    this.facts = facts;
    this.now = facts.now();
    this.role = state.role();
    this.current = state.current();
    this.disk = state.disk();
    this.promise = state.promise();
    this.heard = state.heard();
    this.attempts = state.attempts();
    this.agenda = state.agenda();
    this.learners = state.learners();
    this.lowering = state.lowering();
    this.preference = state.preference();
    this.fireAt = state.fireAt();
    this.stopBy = state.stopBy();
    this.before = state.decision();
  }

  /** Ends the step: whatever changed is persisted now, or with what comes after this persist. */
  Step done() {
    lower();
    if (!disk.busy() && !current.equals(disk.durable()) && !(role instanceof Role.Stopped))
      persist();
    var state = state();
    var after = state.decision();
    if (!after.equals(before)) effects.add(new Effect.Decided(after));
    return new Step(state, effects);
  }

  private void lower() {
    lowering = lowering.after(content().maxPromise(), current.cap(), now);
    if (lowering.isDue(now)) current = current.capped(lowering.to());
  }

  State state() {
    return new State(
        options,
        role,
        current,
        disk,
        promise,
        heard,
        attempts,
        agenda,
        learners,
        lowering,
        preference,
        fireAt,
        stopBy);
  }

  void persist() {
    disk = disk.issuing(current, now);
    add(new Effect.Persist(disk.k(), current));
  }

  void add(Effect effect) {
    effects.add(effect);
  }

  NodeId self() {
    return options.self();
  }

  ScopeRecord record() {
    return current.record();
  }

  Content content() {
    return record().content();
  }

  boolean isVoter() {
    return content().votes(self(), options.store());
  }

  boolean isVoter(NodeId node, Header header) {
    return content().votes(node, header.store());
  }

  boolean diskOk() {
    return disk.keepsUp(profile, now);
  }

  boolean stopping() {
    return !stopBy.equals(Instant.MAX);
  }

  boolean leading() {
    return role instanceof Role.Pending || role instanceof Role.Leader;
  }

  /** What the network and this node's disk make of the profile's bounds (§6). */
  Measured measured() {
    return new Measured(attempts.trips().ofQuorum(self(), content()), disk.times().w99());
  }

  /** A voter took so long to answer; what took longer than any promise lasts was no network. */
  void answeredIn(NodeId voter, Duration took) {
    if (took.compareTo(content().maxPromise()) > 0) return;
    attempts = attempts.learning(attempts.trips().and(voter, took, content()));
  }

  /** Says what the disk already knows (R5); never waits. */
  void send(NodeId to, Frame.Message message) {
    add(new Effect.Send(to, new Frame(header(disk.durable()), message), 0));
  }

  /** Says what memory knows, once the disk does (S4). */
  void sendDurable(NodeId to, Frame.Message message) {
    add(new Effect.Send(to, new Frame(header(current), message), disk.covering(current)));
  }

  /** To every voter but this one. */
  void sendAll(Frame.Message message) {
    sendAll(header(disk.durable()), message);
  }

  /** The same under another header. */
  void sendAll(Header shown, Frame.Message message) {
    for (var seat : content().voters())
      if (!seat.node().equals(self()))
        add(new Effect.Send(seat.node(), new Frame(shown, message), 0));
  }

  /** To whoever only learns. */
  void sendLearners(Frame.Message message) {
    for (var seat : learners.seats())
      if (!content().seats(seat.node()) && !seat.node().equals(self())) send(seat.node(), message);
  }

  Header header(Durable shown) {
    var content = shown.record().content();
    return new Header(
        options.scope(),
        content.generation(),
        content.genesis(),
        shown.term(),
        shown.record().id(),
        options.store(),
        options.life());
  }

  Fence fence() {
    return new Fence(options.scope(), content().generation(), current.term());
  }

  static Fence fence(State state, long term) {
    return new Fence(state.options().scope(), state.record().content().generation(), term);
  }

  /**
   * {@code raise(T)}: a higher term ends whatever this node was doing. A node that is still
   * recovering goes on doing so: a term says nothing about the promises it has forgotten (S12).
   */
  void raise(long term) {
    if (term <= current.term()) return;
    rest(Cause.HIGHER_TERM);
    current = current.raised(term);
  }

  /** Back to a follower or observer: loses a tenure, gives up a race. */
  void rest(Cause cause) {
    rearm();
    switch (role) {
      case Role.Leader(var tenure) -> {
        add(new Effect.Lost(tenure.fence(), cause));
        Proposer.abandon(this);
      }
      case Role.PreCandidate(var round, _) -> abort(round);
      case Role.Candidate(var round, _) -> abort(round);
      case Role.Pending _, Role.Follower _, Role.Observer _ -> {}
      case Role.Recovering _, Role.Quarantined _, Role.Stopped _ -> {
        return;
      }
    }
    role = isVoter() ? new Role.Follower() : new Role.Observer();
  }

  /** The timer of one that led or campaigned ran out long ago: whoever rests starts it anew. */
  private void rearm() {
    var jitter = profile.jitter();
    if (leading() && content().isOnly(self())) fireAt = now;
    else if (leading()) fireAt = now.plus(jitter).plus(delayAfter(self(), jitter));
    else if (role instanceof Role.PreCandidate || role instanceof Role.Candidate)
      fireAt = now.plus(delayAfter(promise.leader(), jitter));
  }

  /** The end of this core: authority first, then silence. */
  void halt(Cause lost, HaltCause cause) {
    rest(lost);
    Generations.forgo(this, Generations.STOPPED);
    role = new Role.Stopped(cause);
    stopBy = Instant.MAX;
    add(new Effect.Halt(cause));
  }

  /**
   * o·δ + U(0, {@code spread}): o is this voter's place among those who may follow {@code lapsed}.
   * Who votes alone has nobody to collide with.
   */
  Duration delayAfter(NodeId lapsed, Duration spread) {
    if (content().isOnly(self())) return Duration.ZERO;
    return place(lapsed).plus(facts.upTo(spread));
  }

  /** o·δ; who leads its region fires as if its rank were one better (§1). */
  Duration place(NodeId lapsed) {
    var place = content().placeWithout(lapsed, self(), preference.favoured());
    return profile.step().multipliedBy(place);
  }

  private void abort(Round round) {
    add(new Effect.Abort(round.id(), new Ballot.Rival()));
  }
}

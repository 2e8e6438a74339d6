package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Input;
import dev.meshkit.election.Outbox;
import dev.meshkit.election.Role;
import dev.meshkit.election.Why;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One move of an exploration at one node: the steps it makes the core take, until what follows of
 * itself has followed. A persist ends with the step that began it unless it is late; a decided
 * ballot is counted at once.
 */
final class Leap {
  private final Born born;
  private final Instant now;
  private final boolean late;
  private final Judge judge;
  private final List<Flight> sent = new ArrayList<>();
  private final List<Sight> news = new ArrayList<>();
  private final Deque<Input> next = new ArrayDeque<>();
  private Site site;
  private boolean wrote;

  Leap(Born born, Site site, Instant now, boolean late) {
    this.born = born;
    this.site = site;
    this.now = now;
    this.late = late;
    this.judge = new Judge(site, id());
  }

  /** Where the move leads; {@code flight} is the frame that comes, if one does. */
  Hop make(Move move, List<Flight> flight) {
    switch (move.kind()) {
      case DELIVER, COME -> flight.forEach(this::deliver);
      case TICK -> run(Input.Tick.NOW);
      case STORED -> stored(move.odd());
      case CRASH -> crash(move.odd());
      case RESTART -> restart();
      case COMMAND -> run(new Input.Commanded(born.command(id(), site.state(), move.which())));
      case DELAY, MUTE, DEAF, SLEEP, WAIT ->
          throw new IllegalArgumentException(move + " happens at no node");
    }
    return new Hop(site.saying(judge.kept()), sent, news, judge.wrong(), wrote);
  }

  private void deliver(Flight flight) {
    run(new Input.Received(born.id(flight.from()), flight.frame()));
  }

  private void crash(boolean kept) {
    var disk = kept ? site.writing().getFirst().durable() : site.disk();
    judge.see(new Sight.Stopped(id()));
    site = site.down(born.state(id()), disk);
    if (kept) saw(disk);
  }

  private void restart() {
    var disk = site.disk();
    var state = Election.begin(site.state().options(), disk, false, new Facts(now, 0));
    site = Site.started(state, site.crashes(), disk, site.said());
    saw(disk);
    news.add(Sights.viewed(id(), disk.view()));
    if (!born.learners().isEmpty()) run(new Input.Learners(born.learners()));
  }

  private void saw(Durable disk) {
    judge.see(Sights.stored(id(), disk));
    news.add(Sights.held(id(), site.state().options().store(), disk));
  }

  private void stored(boolean fails) {
    var persist = site.writing().getFirst();
    if (fails) {
      site = site.with(site.disk(), List.of(), site.written(), site.waiting());
      run(new Input.StorageFailed());
      return;
    }
    site = site.with(persist.durable(), List.of(), persist.k(), site.waiting());
    saw(persist.durable());
    var outbox = new Outbox();
    outbox.pass(site.waiting());
    var free = outbox.done(persist.k());
    site = site.with(site.disk(), List.of(), persist.k(), outbox.done(Long.MAX_VALUE));
    free.forEach(this::perform);
    run(new Input.StorageDone(persist.k()));
  }

  /** What it begins with comes before what follows from it, as with the loops of a node. */
  private void run(Input first) {
    next.addFirst(first);
    while (!next.isEmpty()) step(next.remove());
    if (!late && !site.writing().isEmpty() && wrote) {
      wrote = false;
      stored(false);
      wrote = true;
    }
  }

  private void step(Input input) {
    var step = Election.step(site.state(), input, facts(input));
    site = site.with(step.state());
    var outbox = new Outbox();
    outbox.done(site.written());
    outbox.pass(site.waiting());
    var free = outbox.pass(step.effects());
    site = site.with(site.disk(), site.writing(), site.written(), outbox.done(Long.MAX_VALUE));
    free.forEach(this::perform);
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Persist persist -> {
        wrote = true;
        site = site.with(site.disk(), List.of(persist), site.written(), site.waiting());
      }
      case Effect.Send(var to, var frame, _) -> send(to, frame);
      case Effect.Race(var round, _) -> {
        fold(Ballot.of(round));
        round.others().forEach(voter -> send(voter, round.ask()));
      }
      case Effect.Answered(var round, var reply) -> fold(round, reply);
      case Effect.Abort(var round, var reply) -> fold(round, reply);
      case Effect.Gained(var fence, var until) -> gained(fence, until);
      case Effect.Extended(var fence, var until) -> hold(fence, until);
      case Effect.Lost(var fence, _) -> {
        judge.see(new Sight.Lost(id(), fence));
        site = site.with(site.race(), List.of());
      }
      case Effect.Committed(var view, _, _) -> news.add(Sights.viewed(id(), view));
      case Effect.Replied(var command, var verdict) ->
          Sights.applied(born.scope(), command, verdict).ifPresent(news::add);
      case Effect.Halt(var cause) -> Sights.split(id(), cause).ifPresent(news::add);
      case Effect.Drain _, Effect.Kept _, Effect.Forgone _, Effect.Decided _, Effect.Dropped _ -> {}
    }
  }

  private void fold(long round, Ballot.Reply reply) {
    for (var ballot : site.race()) if (ballot.round().id() == round) fold(ballot.with(reply));
  }

  private void fold(Ballot ballot) {
    if (ballot.decided()) next.add(new Input.Counted(ballot));
    site = site.with(ballot.decided() ? List.of() : List.of(ballot), site.held());
  }

  private void gained(Fence fence, Instant until) {
    judge.see(new Sight.Gained(id(), fence));
    news.add(new Sight.Gained(id(), fence));
    hold(fence, until);
  }

  private void hold(Fence fence, Instant until) {
    site = site.with(site.race(), List.of(new Site.Held(fence, until)));
  }

  private void send(NodeId to, Frame frame) {
    for (var sight : Sights.sent(id(), to, frame)) {
      if (Judge.ofOne(sight)) judge.see(sight);
      else news.add(sight);
    }
    var recovering = site.state().role() instanceof Role.Recovering;
    if (recovering && frame.message() instanceof Frame.Answer answer && answer.why() == Why.GRANTED)
      judge.object("S12 " + id() + " grants " + answer + " while it recovers");
    sent.add(new Flight(born.number(id()), born.number(to), frame));
  }

  /**
   * Chance is the worst for promises, whose end all voters then see at once, and is half elsewhere:
   * nobody who has just lost a round may begin the next within the same instant, for ever.
   */
  private Facts facts(Input input) {
    var beat = input instanceof Input.Received(_, Frame(_, var said)) && said instanceof Frame.Beat;
    return new Facts(now, beat ? 0 : Long.MIN_VALUE);
  }

  private NodeId id() {
    return site.state().options().self();
  }
}

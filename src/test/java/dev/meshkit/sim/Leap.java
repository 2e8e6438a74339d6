package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Gate;
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
 * One move of an exploration under way: the steps it makes a core take, until what follows of
 * itself has followed. A persist ends with the step that began it unless it is late; a decided
 * ballot is counted at once.
 */
final class Leap {
  private final Place before;
  private final int frames;
  private final boolean late;
  private final List<Site> sites;
  private final List<Flight> flights;
  private final List<Sight> news = new ArrayList<>();
  private final Deque<Input> next = new ArrayDeque<>();
  private Instant now;
  private Place.Left left;
  private String wrong = "";
  private boolean wrote;
  private Site site;
  private int at;

  Leap(Place before, int frames, boolean late) {
    this.before = before;
    this.frames = frames;
    this.late = late;
    this.sites = new ArrayList<>(before.sites());
    this.flights = new ArrayList<>(before.flights());
    this.now = before.now();
    this.left = before.left();
    this.site = sites.getFirst();
  }

  /** What is wrong with what it led to; empty if nothing is. */
  String wrong() {
    return wrong;
  }

  /** Whether a persist began, which might have been late. */
  boolean wrote() {
    return wrote;
  }

  /** Where it leads. */
  Place make(Place.Move move) {
    at = move.kind() == Place.Kind.DELIVER ? flights.get(move.which()).to() : move.which();
    if (move.kind() == Place.Kind.DROP) at = 0;
    site = sites.get(at);
    switch (move.kind()) {
      case DELIVER -> deliver(move);
      case DROP -> flights.remove(move.which());
      case TICK -> run(Input.Tick.NOW);
      case STORED -> stored(move.odd());
      case CRASH -> crash(move.odd());
      case RESTART -> restart();
      case COMMAND -> command();
      case WAIT -> now = before.later();
    }
    sites.set(at, site);
    if (late && wrote) left = new Place.Left(left.changes(), left.doubled(), left.late() - 1);
    return arrive();
  }

  private Place arrive() {
    var holders = new ArrayList<Sight.Holder>();
    for (var each : sites)
      each.authority(now).ifPresent(f -> holders.add(new Sight.Holder(id(each), f)));
    if (holders.size() > 1)
      news.add(new Sight.Authority(holders.getFirst().fence().scope(), holders));
    if (wrong.isEmpty()) wrong = before.history().judge(news);
    var history = before.history();
    for (var sight : news) history = history.with(sight);
    var digests = new ArrayList<>(before.digests());
    digests.set(at, sites.get(at).digest());
    return new Place(
        now, List.copyOf(sites), List.copyOf(flights), left, history, List.copyOf(digests));
  }

  private void deliver(Place.Move move) {
    var flight = flights.get(move.which());
    if (move.odd()) left = new Place.Left(left.changes(), left.doubled() - 1, left.late());
    else flights.remove(move.which());
    run(new Input.Received(id(sites.get(flight.from())), flight.frame()));
  }

  private void command() {
    var n = left.changes();
    left = new Place.Left(n - 1, left.doubled(), left.late());
    var voters = site.state().record().content().voters();
    Change change =
        n == 1 && voters.size() > 1
            ? new Change.RemoveVoter(voters.getLast().node())
            : new Change.SetGate(new Gate("g", 1, 0, 1, Bytes.EMPTY, n));
    run(new Input.Commanded(new Command(Bytes.utf8("c" + n), Command.ANY, change)));
  }

  private void crash(boolean kept) {
    var disk = kept ? site.writing().getFirst().durable() : site.disk();
    news.add(new Sight.Stopped(id(site)));
    become(
        new Site(
            site.state(),
            false,
            site.crashes() - 1,
            disk,
            List.of(),
            0,
            List.of(),
            List.of(),
            List.of()));
    if (kept) news.add(Sights.stored(id(site), disk));
  }

  private void restart() {
    var disk = site.disk();
    var state = Election.begin(site.state().options(), disk, false, facts());
    become(
        new Site(state, true, site.crashes(), disk, List.of(), 0, List.of(), List.of(), List.of()));
    saw(disk);
    news.add(Sights.viewed(id(site), disk.view()));
  }

  private void saw(Durable disk) {
    news.add(Sights.stored(id(site), disk));
    news.add(Sights.held(id(site), site.state().options().store(), disk));
  }

  private void stored(boolean fails) {
    var persist = site.writing().getFirst();
    if (fails) {
      become(with(site.disk(), List.of(), site.written(), site.waiting()));
      run(new Input.StorageFailed());
      return;
    }
    become(with(persist.durable(), List.of(), persist.k(), site.waiting()));
    saw(persist.durable());
    var outbox = new Outbox();
    outbox.pass(site.waiting());
    var free = outbox.done(persist.k());
    become(with(site.disk(), List.of(), persist.k(), outbox.done(Long.MAX_VALUE)));
    free.forEach(this::perform);
    run(new Input.StorageDone(persist.k()));
  }

  private void run(Input first) {
    next.add(first);
    while (!next.isEmpty()) step(next.remove());
    if (!late && !site.writing().isEmpty() && wrote) {
      wrote = false;
      stored(false);
      wrote = true;
    }
  }

  private void step(Input input) {
    var step = Election.step(site.state(), input, facts());
    become(with(step.state()));
    var outbox = new Outbox();
    outbox.done(site.written());
    outbox.pass(site.waiting());
    var free = outbox.pass(step.effects());
    become(with(site.disk(), site.writing(), site.written(), outbox.done(Long.MAX_VALUE)));
    free.forEach(this::perform);
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Persist persist -> {
        wrote = true;
        become(with(site.disk(), List.of(persist), site.written(), site.waiting()));
      }
      case Effect.Send(var to, var frame, _) -> send(to, frame);
      case Effect.Race(var round, _) -> {
        fold(Ballot.of(round));
        round.others().forEach(voter -> send(voter, round.ask()));
      }
      case Effect.Answered(var round, var reply) -> fold(round, reply);
      case Effect.Abort(var round, var reply) -> fold(round, reply);
      case Effect.Gained(var fence, var until) -> {
        news.add(new Sight.Gained(id(site), fence));
        hold(fence, until);
      }
      case Effect.Extended(var fence, var until) -> hold(fence, until);
      case Effect.Lost(var fence, _) -> {
        news.add(new Sight.Lost(id(site), fence));
        become(with(site.race(), List.of()));
      }
      case Effect.Committed(var view, _) -> news.add(Sights.viewed(id(site), view));
      case Effect.Replied(var command, var verdict) ->
          Sights.applied(site.state().options().scope(), command, verdict).ifPresent(news::add);
      case Effect.Halt(var cause) -> Sights.split(id(site), cause).ifPresent(news::add);
      case Effect.Drain _, Effect.Kept _, Effect.Decided _, Effect.Dropped _ -> {}
    }
  }

  private void fold(long round, Ballot.Reply reply) {
    for (var ballot : site.race()) if (ballot.round().id() == round) fold(ballot.with(reply));
  }

  private void fold(Ballot ballot) {
    if (ballot.decided()) next.add(new Input.Counted(ballot));
    become(with(ballot.decided() ? List.of() : List.of(ballot), site.held()));
  }

  private void hold(Fence fence, Instant until) {
    become(with(site.race(), List.of(new Site.Held(fence, until))));
  }

  private void send(NodeId to, Frame frame) {
    for (var sight : Sights.sent(id(site), to, frame)) if (isNews(sight)) news.add(sight);
    var recovering = site.state().role() instanceof Role.Recovering;
    if (recovering && frame.message() instanceof Frame.Answer answer && answer.why() == Why.GRANTED)
      wrong = "S12 " + id(site) + " grants " + answer + " while it recovers";
    for (var i = 0; i < sites.size(); i++) if (id(sites.get(i)).equals(to)) fly(i, frame);
  }

  /** A leader beats to several at once and wins but once. */
  private boolean isNews(Sight sight) {
    return !(sight instanceof Sight.Won) || !news.contains(sight);
  }

  private void fly(int to, Frame frame) {
    var flight = Flight.of(at, to, frame);
    if (flights.size() < frames && !flights.contains(flight)) flights.add(flight);
  }

  private Facts facts() {
    return new Facts(now, 0);
  }

  private void become(Site other) {
    site = other;
  }

  private Site with(dev.meshkit.election.State state) {
    return new Site(
        state,
        site.up(),
        site.crashes(),
        site.disk(),
        site.writing(),
        site.written(),
        site.waiting(),
        site.race(),
        site.held());
  }

  private Site with(
      Durable disk, List<Effect.Persist> writing, long written, List<Effect> waiting) {
    return new Site(
        site.state(),
        site.up(),
        site.crashes(),
        disk,
        writing,
        written,
        waiting,
        site.race(),
        site.held());
  }

  private Site with(List<Ballot> race, List<Site.Held> held) {
    return new Site(
        site.state(),
        site.up(),
        site.crashes(),
        site.disk(),
        site.writing(),
        site.written(),
        site.waiting(),
        race,
        held);
  }

  private static NodeId id(Site of) {
    return of.state().options().self();
  }
}

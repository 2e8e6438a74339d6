package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.HaltCause;
import dev.meshkit.election.Input;
import dev.meshkit.election.Life;
import dev.meshkit.election.Outbox;
import dev.meshkit.election.Role;
import dev.meshkit.election.Round;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.State;
import dev.meshkit.election.Step;
import dev.meshkit.election.Stored;
import dev.meshkit.wire.RecordCodec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The election core of one scope in one process, with the model of its two loops and its disk. */
final class ElectionHost implements Host {
  private static final long PASSED = 20_000L; // from one loop's mailbox to the other's

  private final SimNode node;
  private final String core;
  private final SimDisk<Image> disk;
  private final long boot;
  private final ElectionRuns.Boot shared;
  private final ElectionWatch watch;
  private final Outbox outbox = new Outbox();
  private final Deque<Writing> writing = new ArrayDeque<>();
  private final Deeds deeds;
  private List<Ballot> race = List.of(); // none or one
  private List<Held> held = List.of(); // none or one
  private List<Seat> roster = List.of();
  private final List<SimPilot> pilot; // none or one
  private State state;

  ElectionHost(
      SimNode node,
      ElectionOptions options,
      SimDisk<Image> disk,
      boolean fresh,
      ElectionRuns.Boot shared) {
    this.node = node;
    this.core = options.scope().text();
    this.disk = disk;
    this.shared = shared;
    this.watch = new ElectionWatch(node, options.scope(), options.store());
    this.deeds = new Deeds(node, watch);
    var image = disk.durable().booted();
    this.boot = image.boot();
    disk.write(image);
    var stored = new Stored(image.durable(), image.peers(), fresh);
    var limited = options.lived(life()).waiting(Tiny.waiting(node.world().chance().seed()));
    this.state = Election.begin(limited, stored, facts());
    this.pilot = shared.pilot(node, options);
  }

  /** Authority as the loop publishes it: a fence and the local time at which it ends by itself. */
  private record Held(Fence fence, Instant until) {}

  /** This process, as peers hear of it; draws of its own, so that who is told moves nothing. */
  private Life life() {
    if (!shared.lives()) return Life.UNSAID;
    return new Life(boot, node.world().chance().draw("core", "life/" + node.label(), node.life()));
  }

  @Override
  public void start() {
    if (disk.fails(node.world().now())) { // it cannot even count its boot
      failed();
      return;
    }
    watch.stored(disk.durable().durable());
    viewed(disk.durable().durable().view());
    watch.began(state);
    learn();
  }

  private void viewed(ScopeRecord view) {
    watch.viewed(view);
    gossip(new dev.meshkit.gossip.Input.Viewed(RecordCodec.head(new Scope(core), view)));
    if (shared.cuts && core.equals(Scope.GLOBAL.text()))
      gossip(new dev.meshkit.gossip.Input.Revoked(ViewHost.revoked(view)));
  }

  private void failed() {
    node.world().coverage().count(Coverage.Seen.WRITE_FAILED);
    node.exit();
  }

  /** What gossip says of who could vote, as of the last time the core woke: only leaders look. */
  private void learn() {
    var now = shared.roster();
    if (now.equals(roster) || !(state.role() instanceof Role.Leader)) return;
    roster = now;
    step(new Input.Learners(now));
  }

  @Override
  public void intrude(long ahead) {
    for (var said : Intrusion.of(state, new Scope(core), node.id(), shared.store(node), ahead))
      node.sendAll(core, said);
  }

  @Override
  public void forged(Op.Forge how) {
    Forgery.say(node, new Scope(core), state, how, (from, frame) -> forged(from, frame, how));
  }

  private void forged(NodeId from, Frame frame, Op.Forge how) {
    if (!node.running() || watch.hasEnded(state)) return; // then that is what moves it
    var heard = new Input.Received(from, frame);
    var step = Election.step(state, heard, new Facts(node.monotonic(), how.ahead()));
    if (Forgery.moves(node, from, how, state, step)) took(heard, step);
  }

  @Override
  public void receive(int from, Object frame) {
    var sender = node.world().nodes().get(from).id();
    if (isCut(sender)) return;
    var before = state;
    step(new Input.Received(sender, (Frame) frame));
    watch.heard(sender, (Frame) frame, before, state);
  }

  @Override
  public void wake() {
    learn();
    for (var one : pilot) one.look(state).forEach(this::step);
    step(Input.Tick.NOW);
  }

  @Override
  public void durable() {
    var written = disk.ended();
    var write = writing.removeFirst();
    watch.stored(disk.durable().durable());
    if (written.isEmpty()) step(new Input.StorageFailed());
    if (written.isEmpty()) return;
    write.vouch(node, core, PASSED);
    node.perform(outbox.done(write.k()), _ -> true, this::perform);
    step(new Input.StorageDone(write.k()));
  }

  @Override
  public void timer(Object what) {
    if (what instanceof Input input) { // what gossip says is committed
      step(input);
      return;
    }
    switch ((Soon) what) {
      case Soon.Count(var ballot) -> step(new Input.Counted(ballot));
      case Soon.Favour(var is) -> step(new Input.Favoured(is));
      case Soon.Drained(var fence, var to) -> step(new Input.Drained(fence, to));
      case Soon.Act(var nanos) -> authority().ifPresent(fence -> act(fence, nanos));
      case Soon.Write(var fence, var value) ->
          deeds.write(fence, value, authority().filter(fence::equals).isPresent());
      case Soon.Deadline(var round) -> {
        for (var running : race) if (running.round().id() == round) count(running);
      }
    }
  }

  @Override
  public void leave() {
    step(new Input.Stop());
  }

  @Override
  public void order(Op.Order order) {
    var command = OrderedGates.command(order, state.view(), node.wall());
    watch.asked(command);
    step(new Input.Commanded(command));
  }

  @Override
  public void hand(NodeId to) {
    step(new Input.Transfer(to));
  }

  @Override
  public void revive(boolean shown) {
    shared.recoveries.ask(node, state, shared, shown).forEach(this::step);
  }

  @Override
  public void slept() {
    step(new Input.ClockSuspect());
  }

  @Override
  public void act(long nanos) {
    node.later(PASSED, core, new Soon.Act(nanos));
  }

  private void act(Fence fence, long nanos) {
    deeds.read(fence).ifPresent(read -> node.later(nanos, core, new Soon.Write(fence, read + 1)));
  }

  @Override
  public void favour(boolean is) {
    node.later(PASSED, core, new Soon.Favour(is));
  }

  /** The core as it is. */
  State state() {
    return state;
  }

  private void favourGlobal(boolean is) {
    var global = node.hosts().get(Scope.GLOBAL.text());
    if (global != null && global != this) global.favour(is);
  }

  private void step(Input input) {
    if (!node.running()) return;
    took(input, Election.step(state, input, facts()));
  }

  private void took(Input input, Step step) {
    var before = state;
    state = step.state();
    for (var one : pilot) one.saw(input, state);
    watch.moved(before, state);
    shared.recoveries.stepped(node, before, state);
    watch.stepped(input, step);
    node.perform(outbox.pass(step.effects()), Effect.Persist.class::isInstance, this::perform);
  }

  private Facts facts() {
    return new Facts(node.monotonic(), node.chance());
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Persist(var k, var durable) -> {
        writing.addLast(new Writing(k, node.monotonic()));
        node.commit(disk, core, new Image(boot, durable, state.peers()));
      }
      case Effect.Send(var to, var frame, _) -> {
        watch.answered(frame, to);
        send(to, frame);
      }
      case Effect.Race(var round, _) -> race(round);
      case Effect.Answered(var round, var reply) -> fold(round, reply);
      case Effect.Abort(var round, var reply) -> fold(round, reply);
      case Effect.Gained(var fence, var until) -> {
        held = List.of(new Held(fence, until));
        watch.gained(fence);
        favourGlobal(true);
        gossip(new dev.meshkit.gossip.Input.Claimed(watch.claim(fence)));
      }
      case Effect.Extended(var fence, var until) -> held = List.of(new Held(fence, until));
      case Effect.Lost(var fence, var cause) -> {
        held = List.of();
        watch.lost(fence, cause);
        favourGlobal(false);
        gossip(new dev.meshkit.gossip.Input.Unclaimed(fence.scope()));
      }
      case Effect.Committed(var view, _, _) -> viewed(view);
      case Effect.Replied(var command, var verdict) -> watch.replied(command, verdict);
      case Effect.Drain(var fence, var to) ->
          node.later(shared.drain(), core, new Soon.Drained(fence, to));
      case Effect.Forgone(_, var why) -> shared.recoveries.forgone(node, why, shared);
      case Effect.Decided _, Effect.Kept _, Effect.Dropped _ -> {}
      case Effect.Halt(var cause) -> halt(cause);
    }
  }

  /** §2.4: links end with whom the view revokes; one end is enough. */
  private boolean isCut(NodeId peer) {
    return shared.cuts && state.view().content().isRevoked(peer);
  }

  private void send(NodeId to, Frame frame) {
    if (isCut(to)) return;
    watch.sent(frame);
    for (var number : node.world().numbers(to))
      node.send(number, core, shared.wired() ? WireTrip.of(frame) : frame);
  }

  private void race(Round round) {
    var ballot = Ballot.of(round);
    race = List.of(ballot);
    for (var voter : round.others()) send(voter, round.ask());
    node.later(round.deadline().toNanos(), core, new Soon.Deadline(round.id()));
    if (ballot.decided()) count(ballot);
  }

  private void fold(long round, Ballot.Reply reply) {
    for (var running : race) {
      if (running.round().id() != round) continue;
      var next = running.with(reply);
      race = List.of(next);
      if (next.decided()) count(next);
    }
  }

  private void count(Ballot ballot) {
    race = List.of();
    watch.counted(ballot);
    node.later(PASSED, core, new Soon.Count(ballot));
  }

  private void halt(HaltCause cause) {
    var alone = !node.hosts().containsKey(GossipHost.CORE);
    switch (cause) {
      case SPLIT -> node.world().saw(new Sight.Split(node.id()));
      case STORE_FAILED -> failed();
      case STOPPED -> {
        if (alone) node.exit();
      }
    }
  }

  private void gossip(dev.meshkit.gossip.Input news) {
    if (node.hosts().containsKey(GossipHost.CORE)) node.later(PASSED, GossipHost.CORE, news);
  }

  @Override
  public void crash(double keep) {
    if (!writing.isEmpty()) node.world().coverage().count(Coverage.Seen.CRASH_BEFORE_DURABLE);
    var said = disk.durable();
    disk.crash(keep);
    if (disk.durable().isBehind(said)) node.world().coverage().count(Coverage.Seen.LIE_SHOWN);
    ElectionWatch.regressed(node, said, disk.durable());
    watch.stored(disk.durable().durable());
  }

  @Override
  public void stall(long until) {
    disk.stall(until);
  }

  @Override
  public Instant due() {
    var due = state.due();
    for (var one : pilot) if (one.due().isBefore(due)) due = one.due();
    return due;
  }

  @Override
  public long held() {
    return watch.held(state);
  }

  @Override
  public List<String> words() {
    return StateText.of(state);
  }

  @Override
  public Instant promised() {
    return state.decisionEnds();
  }

  @Override
  public void report(Census census) {
    watch.reports(census, state);
  }

  @Override
  public List<Seat> electorate() {
    return state.record().content().voters();
  }

  @Override
  public boolean mayHelpAgainst(Fence leading, NodeId leader, Seat voter) {
    var itself = voter.node().equals(node.id());
    var gone = itself && !voter.store().isEmpty() && !voter.store().equals(shared.store(node));
    if (gone || node.id().equals(leader)) return false;
    return !state.isBoundTo(leader, leading.term(), node.monotonic());
  }

  @Override
  public Optional<Fence> authority() {
    for (var now : held)
      if (node.monotonic().isBefore(now.until())) return Optional.of(now.fence());
    return Optional.empty();
  }
}

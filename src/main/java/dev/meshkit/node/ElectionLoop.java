package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.election.Drop;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.HaltCause;
import dev.meshkit.election.Input;
import dev.meshkit.election.Outbox;
import dev.meshkit.election.Peers;
import dev.meshkit.election.Role;
import dev.meshkit.election.State;
import dev.meshkit.election.Step;
import dev.meshkit.election.Stored;
import dev.meshkit.election.Why;
import dev.meshkit.observe.Metric;
import dev.meshkit.observe.VoteEvent;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Op;
import dev.meshkit.wire.ElectCodec;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Drives one scope's {@link Election}: waits for an input or for what is due, steps, performs what
 * the {@link Outbox} lets through.
 *
 * <p>One virtual thread owns the state; no locks. It never waits for the disk: a persist goes to
 * the committer and its verdict comes back as an input. When it ends, for whatever reason,
 * authority is off first.
 */
final class ElectionLoop {
  /** Of the store's kind: whatever keeps a vote from being saved ends the node as its failure. */
  private static final MeshError NO_MORE =
      MeshError.of(
          "error.store.closed",
          "saving a vote",
          "election.db takes no more writes",
          "see why the node is stopping, then start it again",
          MeshError.Retry.SAFE);

  private final ElectionOptions options;
  private final ElectionPorts ports;
  private final Mailbox<Input> inputs;
  private final CampaignLoop campaign;
  private final TenureBox box;
  private final Tenures tenures;
  private final LeaderChanges changes;
  private final CommandBox commands;
  private final HandoverBox handovers;
  private final RecoveryBox recoveries;
  private final ElectionNews news;
  private final CommitNews commits;
  private final ClockWatch watch;
  private final Steering steering;
  private final Outbox outbox = new Outbox();

  /** At most one persist is under way, so its verdict always finds room, unlike in a mailbox. */
  private final BlockingQueue<Result<Long>> verdicts = new ArrayBlockingQueue<>(1);

  private State state;
  private NodeId speaker = NodeId.NOBODY; // whose frame the step under way is about
  private Peers written;
  private Instant saving; // since then, if a persist is under way
  private MeshError failure = NO_MORE;
  private volatile ElectionView view;

  /** The parts of a scope that the loop works on. */
  record Parts(
      Mailbox<Input> inputs,
      CampaignLoop campaign,
      TenureBox box,
      Tenures tenures,
      LeaderChanges changes,
      CommandBox commands,
      HandoverBox handovers,
      RecoveryBox recoveries,
      Steering steering) {}

  ElectionLoop(ElectionOptions options, Stored stored, ElectionPorts ports, Parts parts) {
    this.options = options;
    this.ports = ports;
    this.inputs = parts.inputs();
    this.campaign = parts.campaign();
    this.box = parts.box();
    this.tenures = parts.tenures();
    this.changes = parts.changes();
    this.commands = parts.commands();
    this.handovers = parts.handovers();
    this.recoveries = parts.recoveries();
    this.steering = parts.steering();
    this.news = new ElectionNews(options.scope(), options.self(), stored, ports);
    var view = stored.durable().view();
    this.commits = new CommitNews(options.scope(), options.self(), view, ports);
    this.watch = new ClockWatch(ports.clocks(), options.profile().promise().dividedBy(3));
    this.state = Election.begin(options, stored, facts());
    this.written = stored.peers();
    this.saving = ports.clocks().monotonic().instant();
    this.view = look();
  }

  /** The scope as this node's voter sees it. Any thread. */
  ElectionView view() {
    return view;
  }

  /**
   * Runs until this node has stopped leading and voting after {@link Input.Stop}, or is
   * interrupted. A failed store, or a second leader of this node's own term, is a {@link
   * MeshException}.
   */
  void run() throws InterruptedException {
    try {
      while (!state.stopped()) {
        var input = next();
        // a voter's promise on a clock that stood still only lasts longer; a leader's tenure, too
        if (!Clocks.suspendCounts() && watch.suspect()) turn(new Input.ClockSuspect());
        turn(input);
        for (var told : steering.look(state)) turn(told);
      }
    } finally {
      box.shut();
      changes.end();
      commands.end();
      handovers.end();
      recoveries.end();
      tenures.end();
    }
  }

  private Input next() throws InterruptedException {
    var verdict = verdicts.poll();
    if (verdict == null) return heard();
    return switch (verdict) {
      case Result.Ok<Long>(var k) -> new Input.StorageDone(k);
      case Result.Err<Long>(var error) -> {
        failure = error;
        yield new Input.StorageFailed();
      }
    };
  }

  /** Acknowledgements of which the first says nothing that the last does not wake nobody. */
  private Input heard() throws InterruptedException {
    var together = state.acksTogether(ports.clocks().monotonic().instant());
    if (together < 2) return inputs.take(due(), Input.Tick.NOW);
    var batch = new Mailbox.Batch<Input>(together, state::isAck);
    return inputs.take(earlier(due(), state.acksBy()), Input.Tick.NOW, batch);
  }

  private Instant due() {
    var look = steering.due(state);
    return earlier(look, state.due());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void turn(Input input) throws InterruptedException {
    if (input instanceof Input.StorageDone(var k)) {
      ports.disk().answered(inputs, saving, ports.clocks().monotonic().instant());
      performAll(outbox.done(k));
    }
    speaker = input instanceof Input.Received(var from, _) ? from : NodeId.NOBODY;
    var step = Election.step(state, input, facts());
    if (input instanceof Input.Received(_, var frame) && !isDropped(step))
      news.heard(speaker, frame.message());
    var free = !(state.role() instanceof Role.Quarantined);
    var before = state;
    state = step.state();
    if (state.term() != before.term()) TermNews.tell(before, input, state);
    steering.saw(input, state);
    performAll(outbox.pass(step.effects()));
    if (free && state.role() instanceof Role.Quarantined(var by)) news.quarantined(by);
    view = look();
    observe(input, step.effects());
    news.retell();
  }

  private static boolean isDropped(Step step) {
    return step.effects().stream().anyMatch(Effect.Dropped.class::isInstance);
  }

  private Facts facts() {
    return new Facts(ports.clocks().monotonic().instant(), ports.chance().nextLong());
  }

  private void performAll(List<Effect> effects) throws InterruptedException {
    for (var effect : effects) perform(effect);
  }

  private void perform(Effect effect) throws InterruptedException {
    switch (effect) {
      case Effect.Persist(var k, var durable) -> persist(k, durable);
      case Effect.Send(var to, var frame, _) ->
          ports.peers().send(to, frame.key(), ElectCodec.frame(frame));
      case Effect.Race(var round, _) -> {
        news.campaigned();
        campaign.begin(round);
      }
      case Effect.Answered(var round, var reply) -> campaign.tell(round, reply);
      case Effect.Abort(var round, var reply) -> campaign.tell(round, reply);
      case Effect.Gained(var fence, var until) -> {
        box.open(fence, until);
        news.gained(fence);
        tenures.begin(fence, state.current().cap().multipliedBy(2));
      }
      case Effect.Extended(var fence, var until) -> box.open(fence, until);
      case Effect.Lost(var fence, var cause) -> {
        var until = box.until();
        box.shut(); // authority first
        handovers.lost(fence, cause);
        news.lost(fence, cause, until);
        tenures.end();
      }
      case Effect.Decided(var decision) -> {
        var generation = state.record().content().generation();
        news.decided(decision, state.term(), generation);
        view = look(); // before who waits for the change looks at it
        changes.add(decision.by(options.scope(), options.self()));
        handovers.decided(decision);
      }
      case Effect.Committed(var view, _, var holders) -> {
        commits.committed(view, holders);
        recoveries.committed(view);
      }
      case Effect.Replied(var id, var verdict) -> commands.replied(id, verdict);
      case Effect.Drain(var fence, var to) -> inputs.offer(new Input.Drained(fence, to));
      case Effect.Kept(var to, var why) -> handovers.kept(to, why);
      case Effect.Forgone(var genesis, var why) -> recoveries.forgone(genesis, why);
      case Effect.Dropped(var from, var why) -> {
        ports.meters().count(Metric.ELECTION_DROPS_TOTAL, options.scope().text(), why.name());
        if (why == Drop.GENESIS) news.clash(from);
      }
      case Effect.Halt(var cause) -> halt(cause);
    }
  }

  private void persist(long k, Durable durable) {
    var peers = state.peers();
    var news = !peers.equals(written);
    var save =
        Op.record(
            "election.save",
            tx -> {
              if (news) PeerTable.save(tx, options.scope(), peers);
              return ElectionTable.save(tx, options, durable);
            });
    saving = ports.clocks().monotonic().instant();
    written = peers; // a write that fails ends this process
    var taken = ports.store().submit(save, result -> answer(result.map(_ -> k)));
    if (!taken) answer(Result.err(NO_MORE));
  }

  /** On the committer's thread, or on the loop's own. */
  private void answer(Result<Long> verdict) {
    if (!verdicts.offer(verdict))
      throw new IllegalStateException("two persists under way in " + options.scope());
    inputs.offer(Input.Tick.NOW); // wakes the loop; refused by a full mailbox, it is awake anyway
  }

  private void halt(HaltCause cause) {
    switch (cause) {
      case STOPPED -> {}
      // what the store says of its end says more than what became of one write
      case STORE_FAILED -> throw new MeshException(ports.store().failure().orElse(failure));
      case SPLIT -> {
        var generation = state.record().content().generation();
        news.split(speaker, new Fence(options.scope(), generation, state.term()));
        throw new MeshException(split());
      }
    }
  }

  private MeshError split() {
    return MeshError.of(
            "error.election.split",
            "leading " + options.scope() + " in term " + state.term(),
            speaker + " leads the same term: an election.db was copied or restored",
            "stop the copy; give it an empty election.db",
            MeshError.Retry.NEVER)
        .with("mk", "MK-ELE-003");
  }

  private ElectionView look() {
    return new ElectionView(
        options.scope(),
        state.decision(),
        state.decisionEnds(),
        news.sinceWall(),
        news.cause(),
        news.before(),
        news.gap(),
        state.term(),
        state.record(),
        state.view(),
        state.learning(),
        state.trips(),
        steering.advice());
  }

  /** The votes of this node, for the flight recorder: asking who would vote is none. */
  private void observe(Input input, List<Effect> effects) {
    if (!(input instanceof Input.Received(var from, var frame))) return;
    if (frame.message() instanceof Frame.Ask ask && !ask.pre())
      for (var effect : effects)
        if (effect instanceof Effect.Send send && send.frame().message() instanceof Frame.Answer a)
          VoteEvent.emit(vote(from.toString(), frame.header().generation(), a));
  }

  private VoteEvent.Answer vote(String candidate, int generation, Frame.Answer answer) {
    var granted = answer.why() == Why.GRANTED;
    var reason = granted ? "" : answer.why().name();
    var self = options.self().toString();
    var scope = options.scope().text();
    return new VoteEvent.Answer(self, scope, generation, answer.term(), candidate, granted, reason);
  }
}

package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import dev.meshkit.api.LeaderChange;
import dev.meshkit.api.Leadership;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.election.Author;
import dev.meshkit.election.Command;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Verdict;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Op;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * One scope that this node takes part in: its two loops, its authority, and the code that runs
 * while it leads. Thread-safe.
 */
final class ScopeElection implements Leadership {
  /** Frames and verdicts that wait for a scope's loop; beyond it frames are dropped. */
  static final int MAILBOX = 1_024;

  private static final Duration JOIN_WITHIN = Duration.ofMillis(100);

  private final Berth berth;
  private final ElectionPorts ports;
  private final Mailbox<Input> inputs;
  private final TenureBox box;
  private final Tenures tenures;
  private final LeaderChanges changes;
  private final CommandBox commands;
  private final HandoverBox handovers;
  private final RecoveryBox recoveries;
  private final CampaignLoop campaign;
  private final Cradle cradle;
  private final Steering.Course course;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile List<ElectionLoop> loop = List.of(); // none or one: the scope has begun here

  private ScopeElection(Berth berth, Steering.Course course, ElectionPorts ports) {
    this.berth = berth;
    this.course = course;
    this.ports = ports;
    this.inputs = new Mailbox<>(MAILBOX, ports.clocks().monotonic());
    this.box = new TenureBox(ports.clocks().monotonic());
    this.tenures = new Tenures(box, JOIN_WITHIN);
    this.changes = new LeaderChanges(berth.scope());
    ports.disk().join(box, inputs);
    this.campaign = new CampaignLoop(berth.scope(), ports, inputs);
    this.commands = new CommandBox(inputs, ports.clocks().wall());
    this.handovers = new HandoverBox(berth.self(), inputs, ports.clocks().monotonic());
    this.recoveries = new RecoveryBox(inputs);
    this.cradle = new Cradle(berth, ports, inputs, commands);
    gauges();
  }

  /**
   * Of voters that were configured: reads what this store voted, or creates the row, durably,
   * before anything is sent. An error when the row is damaged or belongs to other voters.
   */
  static Result<ScopeElection> open(
      ElectionOptions options, Steering.Course course, ElectionPorts ports)
      throws InterruptedException {
    var made = new ScopeElection(Berth.of(options), course, ports);
    return made.begun(options).map(_ -> made);
  }

  /**
   * Of voters that find themselves: goes on with what this store holds of the scope, else begins
   * with {@code first}, none or one; else the scope begins here when a leader shows its record, or
   * {@link #found} is called. An error when the row is damaged.
   */
  static Result<ScopeElection> open(
      Berth berth, List<ScopeRecord> first, Steering.Course course, ElectionPorts ports)
      throws InterruptedException {
    var known =
        ports
            .store()
            .submit(Op.record("election.find", tx -> ElectionTable.known(tx, berth.scope())))
            .flatMap(found -> found);
    if (!(known instanceof Result.Ok<List<ScopeRecord>>(var stored))) return known.cast();
    var made = new ScopeElection(berth, course, ports);
    for (var record : stored.isEmpty() ? first : stored)
      return made.begun(berth.beginning(record)).map(_ -> made);
    return Result.ok(made);
  }

  private Result<ElectionLoop> begun(ElectionOptions options) throws InterruptedException {
    return ports
        .store()
        .submit(Op.record("election.load", tx -> ElectionTable.load(tx, options)))
        .flatMap(loaded -> loaded)
        .map(stored -> new ElectionLoop(options, stored, ports, parts()))
        .onOk(begun -> loop = List.of(begun));
  }

  private ElectionLoop.Parts parts() {
    var steering = course.at(berth, ports);
    return new ElectionLoop.Parts(
        inputs, campaign, box, tenures, changes, commands, handovers, recoveries, steering);
  }

  /** This node founds the scope, unless it has begun here. */
  void found(ScopeRecord first) {
    cradle.found(first);
  }

  /** Whether the scope has begun at this node. */
  boolean isBegun() {
    return !loop.isEmpty();
  }

  /** This node's place. */
  Berth berth() {
    return berth;
  }

  /** Where frames of this scope go. */
  Mailbox<Input> inputs() {
    return inputs;
  }

  /** To be run as long as the node does. */
  List<Loops.Loop> loops() {
    return List.of(
        new Loops.Loop("election-" + berth.scope(), this::live),
        new Loops.Loop("campaign-" + berth.scope(), campaign::run));
  }

  private void live() throws InterruptedException {
    try {
      if (isBegun() || arrived()) loop.getFirst().run();
    } finally {
      changes.end();
      commands.end();
      handovers.end();
      recoveries.end();
      ended.countDown();
    }
  }

  /** Whether the scope began here before the node stops; what cannot be stored stops it. */
  private boolean arrived() throws InterruptedException {
    for (var first : cradle.await()) {
      begun(berth.beginning(first)).orThrow();
      ports.commits().committed(scope(), view().view()); // its next commit may be far
    }
    return isBegun();
  }

  /** The scope as this node sees it at this moment; empty before it has begun here. */
  Optional<ElectionView> seen() {
    return loop.stream().findFirst().map(begun -> begun.view().asOf(ports.clocks()));
  }

  /** The same of a scope that has begun here; else an {@link IllegalStateException}. */
  ElectionView view() {
    return seen().orElseThrow(() -> new IllegalStateException(berth.scope() + " has not begun"));
  }

  @Override
  public Scope scope() {
    return berth.scope();
  }

  @Override
  public Optional<Fence> authority() {
    return box.authority();
  }

  /** When authority ends on the monotonic clock, if nothing extends it. */
  Instant authorityUntil() {
    return box.until();
  }

  @Override
  public void whenLeader(Lead task) {
    tenures.lead(task);
  }

  @Override
  public LeaderChange latest() {
    return changes.latest();
  }

  @Override
  public List<LeaderChange> after(long sequence) throws InterruptedException {
    return changes.after(sequence);
  }

  /** Whether the scope's loop has run and ended: there will be no more changes. */
  boolean isOver() {
    return ended.getCount() == 0;
  }

  /**
   * Waits until {@code wanted} holds of who leads, asked anew after each change; at most {@code
   * within}, and no longer than the scope's loop runs.
   */
  void await(Predicate<ScopeLeader> wanted, Duration within) throws InterruptedException {
    changes.await(wanted, within, ports.clocks().monotonic());
  }

  /**
   * Changes the scope record, if this node leads; blocks at most {@code within}. {@link
   * Verdict.Indeterminate}: it may land yet; the same command sent to whoever leads finds out.
   */
  Verdict command(Command command, Duration within) throws InterruptedException {
    return commands.ask(command, within);
  }

  /**
   * Lets another voter lead, {@link NodeId#NOBODY} for whoever is first in rank; blocks at most
   * {@code within}. One at a time.
   */
  HandoverBox.Parting transfer(NodeId to, Author by, Duration within) throws InterruptedException {
    return handovers.ask(to, by, within);
  }

  /**
   * Begins the next generation of this scope with this voter alone, see {@link Input.Recover};
   * blocks at most {@code within}. Asking the others comes first, and is in that time. Once it has
   * begun, waits for the rest of that until this node leads it, if it does.
   *
   * @param onBegun told which generation has begun, once, if it does, however late; must not block
   */
  RecoveryBox.Outcome recover(Input.Recover recover, Duration within, IntConsumer onBegun)
      throws InterruptedException {
    var clock = ports.clocks().monotonic();
    var until = clock.instant().plus(within);
    var outcome = recoveries.ask(recover, within, onBegun);
    if (outcome instanceof RecoveryBox.Outcome.Begun(var generation))
      await(
          now -> now.fence().filter(led -> led.generation() == generation).isPresent(),
          Duration.between(clock.instant(), until));
    return outcome;
  }

  /** Leads no more, whoever may follow; blocks at most {@code within}. One hand-over at a time. */
  HandoverBox.Parting stepDown(Author by, Duration within) throws InterruptedException {
    return handovers.stepDown(by, within);
  }

  /** Who ordered the end of this node's latest tenure; {@link Author#NONE} if nobody did. */
  Author ordered() {
    return handovers.ordered();
  }

  /**
   * Steps down and votes on until somebody else leads, 2 s at most. Blocks at most {@code within};
   * whether the loop has ended.
   */
  boolean stop(Duration within) throws InterruptedException {
    inputs.offer(
        new Input.Stop()); // refused: the loop is far behind, and is interrupted after this
    return ended.await(within.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void gauges() {
    var scope = berth.scope().text();
    var meters = ports.meters();
    meters.gauge(Metric.ELECTION_IS_LEADER, () -> authority().isPresent() ? 1 : 0, scope);
    meters.gauge(Metric.ELECTION_HAS_LEADER, this::led, scope);
    meters.gauge(Metric.TENURE_LEFT_SECONDS, this::tenureLeft, scope);
    meters.gauge(Metric.RECORD_VERSION, this::version, scope);
    meters.gauge(Metric.ELECTION_TERM, () -> seen().map(ElectionView::term).orElse(0L), scope);
  }

  private double tenureLeft() {
    if (authority().isEmpty()) return 0;
    var left = Duration.between(box.now(), box.until());
    return left.isPositive() ? left.toNanos() / 1e9 : 0;
  }

  private double version() {
    return seen().map(vote -> vote.view().id().version()).orElse(0L);
  }

  private double led() {
    var seen = seen();
    if (seen.isEmpty()) return 0;
    return seen.get().decision() instanceof LeaderDecision.Undecided ? 0 : 1;
  }
}

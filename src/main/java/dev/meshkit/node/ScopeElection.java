package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import dev.meshkit.api.LeaderChange;
import dev.meshkit.api.Leadership;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Command;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Stored;
import dev.meshkit.election.Verdict;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Op;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One scope that this node votes in: its two loops, its authority, and the code that runs while it
 * leads. Thread-safe.
 */
final class ScopeElection implements Leadership {
  /** Frames and verdicts that wait for a scope's loop; beyond it frames are dropped. */
  static final int MAILBOX = 1_024;

  private static final Duration JOIN_WITHIN = Duration.ofMillis(100);

  private final ElectionOptions options;
  private final Clocks clocks;
  private final Mailbox<Input> inputs;
  private final TenureBox box;
  private final Tenures tenures;
  private final LeaderChanges changes;
  private final CommandBox commands;
  private final HandoverBox handovers;
  private final CampaignLoop campaign;
  private final ElectionLoop loop;

  private ScopeElection(ElectionOptions options, Stored stored, ElectionPorts ports) {
    this.options = options;
    this.clocks = ports.clocks();
    this.inputs = new Mailbox<>(MAILBOX, ports.clocks().monotonic());
    this.box = new TenureBox(ports.clocks().monotonic());
    this.tenures = new Tenures(box, JOIN_WITHIN);
    this.changes = new LeaderChanges(options.scope());
    this.campaign = new CampaignLoop(options.scope(), ports, inputs);
    this.commands = new CommandBox(inputs, ports.clocks().wall());
    this.handovers = new HandoverBox(options.self(), inputs, ports.clocks().monotonic());
    var parts =
        new ElectionLoop.Parts(inputs, campaign, box, tenures, changes, commands, handovers);
    this.loop = new ElectionLoop(options, stored, ports, parts);
    gauges(ports);
  }

  /**
   * Reads what this store voted, or creates the row, durably, before anything is sent. An error
   * when the row is damaged or belongs to other voters.
   */
  static Result<ScopeElection> open(ElectionOptions options, ElectionPorts ports)
      throws InterruptedException {
    return ports
        .store()
        .submit(Op.record("election.load", tx -> ElectionTable.load(tx, options)))
        .flatMap(loaded -> loaded)
        .map(stored -> new ScopeElection(options, stored, ports));
  }

  /** Where frames of this scope go. */
  Mailbox<Input> inputs() {
    return inputs;
  }

  /** To be run as long as the node does. */
  List<Loops.Loop> loops() {
    return List.of(
        new Loops.Loop("election-" + options.scope(), loop::run),
        new Loops.Loop("campaign-" + options.scope(), campaign::run));
  }

  /** The scope as this node's voter sees it at this moment. */
  ElectionView view() {
    return loop.view().asOf(clocks);
  }

  @Override
  public Scope scope() {
    return options.scope();
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
  HandoverBox.Parting transfer(NodeId to, Duration within) throws InterruptedException {
    return handovers.ask(to, within);
  }

  /**
   * Begins the next generation of this scope with this voter alone, see {@link Input.Recover}, and
   * waits at most {@code within} until it leads that. Whether it is durable, led or not.
   */
  boolean recover(Bytes genesis, Duration within) throws InterruptedException {
    var generation = loop.view().record().content().generation() + 1;
    if (!inputs.offer(new Input.Recover(genesis))) return false;
    changes.await(
        now -> now.fence().filter(led -> led.generation() == generation).isPresent(),
        within,
        clocks.monotonic());
    return loop.view().view().content().genesis().equals(genesis);
  }

  /**
   * This node's authority, waited for at most {@code within}; empty if it does not lead by then.
   */
  Optional<Fence> awaitAuthority(Duration within) throws InterruptedException {
    changes.await(_ -> authority().isPresent(), within, clocks.monotonic());
    return authority();
  }

  /** Waits at most {@code within} until another change than {@code seen} says who leads. */
  void awaitChange(long seen, Duration within) throws InterruptedException {
    changes.await(_ -> changes.latest().sequence() != seen, within, clocks.monotonic());
  }

  /** Leads no more, whoever may follow; blocks at most {@code within}. One hand-over at a time. */
  HandoverBox.Parting stepDown(Duration within) throws InterruptedException {
    return handovers.stepDown(within);
  }

  /**
   * Steps down and votes on until somebody else leads, 2 s at most. Blocks at most {@code within};
   * whether the loop has ended.
   */
  boolean stop(Duration within) throws InterruptedException {
    inputs.offer(
        new Input.Stop()); // refused: the loop is far behind, and is interrupted after this
    return loop.ended().await(within.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void gauges(ElectionPorts ports) {
    var scope = options.scope().text();
    var meters = ports.meters();
    meters.gauge(Metric.ELECTION_IS_LEADER, () -> authority().isPresent() ? 1 : 0, scope);
    meters.gauge(Metric.ELECTION_HAS_LEADER, this::led, scope);
    meters.gauge(Metric.ELECTION_TERM, () -> view().term(), scope);
  }

  private double led() {
    return view().decision() instanceof LeaderDecision.Undecided ? 0 : 1;
  }
}

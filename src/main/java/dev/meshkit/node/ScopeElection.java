package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.election.Command;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Stored;
import dev.meshkit.election.Verdict;
import dev.meshkit.observe.Metric;
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
final class ScopeElection {
  /** Frames and verdicts that wait for a scope's loop; beyond it frames are dropped. */
  static final int MAILBOX = 1_024;

  private static final Duration JOIN_WITHIN = Duration.ofMillis(100);

  private final ElectionOptions options;
  private final Mailbox<Input> inputs;
  private final TenureBox box;
  private final Tenures tenures;
  private final CommandBox commands;
  private final HandoverBox handovers;
  private final CampaignLoop campaign;
  private final ElectionLoop loop;

  private ScopeElection(ElectionOptions options, Stored stored, ElectionPorts ports) {
    this.options = options;
    this.inputs = new Mailbox<>(MAILBOX, ports.clocks().monotonic());
    this.box = new TenureBox(ports.clocks().monotonic());
    this.tenures = new Tenures(options.scope(), box, JOIN_WITHIN);
    this.campaign = new CampaignLoop(options.scope(), ports, inputs);
    this.commands = new CommandBox(inputs, ports.clocks().wall());
    this.handovers = new HandoverBox(options.self(), inputs, ports.clocks().monotonic());
    var parts = new ElectionLoop.Parts(inputs, campaign, box, tenures, commands, handovers);
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

  /** The scope as this node's voter sees it. */
  ElectionView view() {
    return loop.view();
  }

  /** The fence while this node may act. Lock-free. */
  Optional<Fence> authority() {
    return box.authority();
  }

  /** When authority ends on the monotonic clock, if nothing extends it. */
  Instant authorityUntil() {
    return box.until();
  }

  /** Runs {@code lead} whenever this node leads. */
  void lead(Lead lead) {
    tenures.lead(lead);
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

package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Frame;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Stored;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Input;
import dev.meshkit.observe.LeaderChangeEvent;
import dev.meshkit.observe.LeaderlessGapEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.observe.TenureEvent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells everybody else what one scope's election came to: flight recorder, meters, history, log,
 * and gossip. Confined to the scope's {@link ElectionLoop}.
 */
final class ElectionNews {
  private static final System.Logger LOG = System.getLogger(ElectionNews.class.getName());

  private static final int MOST_CLASHES = 64;

  private final Scope scope;
  private final NodeId self;
  private final ElectionPorts ports;
  private final ArrayDeque<Input> untold = new ArrayDeque<>();
  private TenureEvent tenure = TenureEvent.started();
  private Instant gainedWall = Instant.EPOCH;
  private ScopeLeader latest;
  private ScopeLeader vacated; // the last that was followed before nobody was, or another
  private Instant sinceWall;
  private final DualLeaders duals;
  private final Set<NodeId> clashed = new HashSet<>(); // each is told once
  private NodeId before = NodeId.NOBODY; // who led last but one, or before nobody did
  private Duration gap = Duration.ZERO;
  private LeaderlessGapEvent vacancy = LeaderlessGapEvent.started();
  private Instant vacantSince;
  private Instant campaignedSince = Instant.MAX; // while nobody led; MAX: not at all
  private String cause; // of the change that comes next, as far as is known
  private String why = ""; // of the latest

  /** Of one scope, as it was {@code stored}: if that is fresh, nobody led it before. */
  ElectionNews(Scope scope, NodeId self, Stored stored, ElectionPorts ports) {
    this.scope = scope;
    this.self = self;
    this.ports = ports;
    this.duals = new DualLeaders(self, ports.meters(), ports.events());
    this.cause = stored.fresh() ? "GENESIS" : "TIMEOUT";
    this.latest = new ScopeLeader(scope, NodeId.NOBODY, Optional.empty());
    this.vacated = latest;
    this.sinceWall = ports.clocks().wall().instant();
    this.vacantSince = ports.clocks().monotonic().instant();
  }

  /** This node asks for votes, or who would vote. */
  void campaigned() {
    var now = ports.clocks().monotonic().instant();
    if (now.isBefore(campaignedSince)) campaignedSince = now;
  }

  /** A tenure of this node began. */
  void gained(Fence fence) {
    var took = Duration.between(campaignedSince, ports.clocks().monotonic().instant());
    if (!took.isNegative()) ports.meters().time(Metric.ELECTION_SECONDS, took, scope.text());
    tenure = TenureEvent.started();
    gainedWall = ports.clocks().wall().instant();
    claim(new Input.Claimed(new Claim(scope, fence.generation(), fence.term(), self)));
  }

  /**
   * It ended, and authority with it, or before that by itself at {@code until}: a process that was
   * frozen hears of it late.
   */
  void lost(Fence fence, Cause why, Instant until) {
    cause = why.name();
    var late = Duration.between(until, ports.clocks().monotonic().instant());
    var lostMs = ports.clocks().wall().millis() - (late.isNegative() ? 0 : late.toMillis());
    tenure.end(
        new TenureEvent.Ended(
            self.toString(), scope.text(), fence.text(), gainedWall.toEpochMilli(), lostMs, cause));
    claim(new Input.Unclaimed(scope));
  }

  /**
   * {@code from} said so, and the core let it pass. A leader that gives up its term says why, and
   * who leads next does because of that; of a leader that is not followed, or of another term, it
   * is no news.
   */
  void heard(NodeId from, Frame.Message message) {
    if (message instanceof Frame.TimeoutNow(var cert, var said)) gaveUp(from, cert.term(), said);
    if (message instanceof Frame.StepDown(var term, _, var said)) gaveUp(from, term, said);
  }

  private void gaveUp(NodeId from, long term, Cause said) {
    var followed = followed(latest) ? latest : vacated; // whose word may come after its last vote
    var itsTerm = followed.fence().filter(fence -> fence.term() == term).isPresent();
    if (itsTerm && followed.leader().equals(from)) cause = said.name();
  }

  private static boolean followed(ScopeLeader one) {
    return !one.leader().isNobody();
  }

  /** What this voter believes has changed. */
  void decided(LeaderDecision decision, long term, int generation) {
    var now = decision.by(scope, self);
    if (now.equals(latest)) return; // still nobody, in a later term
    var was = latest.leader();
    if (followed(latest)) vacated = latest;
    latest = now;
    sinceWall = ports.clocks().wall().instant();
    why = cause;
    if (!now.leader().isNobody()) {
      campaignedSince = Instant.MAX;
      cause = "TIMEOUT"; // unless something better is heard by then
    }
    if (was.equals(now.leader())) again(was);
    else changed(was, term, generation);
  }

  /** Who led leads on under another fence: a change without a gap. */
  private void again(NodeId was) {
    before = was;
    gap = Duration.ZERO;
  }

  private void changed(NodeId was, long term, int generation) {
    var leader = latest.leader();
    var change =
        new LeaderChangeEvent.Change(
            self.toString(),
            scope.text(),
            was.toString(),
            leader.toString(),
            generation,
            term,
            why);
    LeaderChangeEvent.emit(change);
    ports.meters().count(Metric.LEADER_CHANGES_TOTAL, scope.text(), why);
    vacancy(was, leader);
    tell(change);
  }

  /** Why whoever leads does, or nobody, as operators read it; empty before there was a change. */
  String cause() {
    return why;
  }

  /** Since when that is so. */
  Instant sinceWall() {
    return sinceWall;
  }

  private void vacancy(NodeId was, NodeId leader) {
    var now = ports.clocks().monotonic().instant();
    if (!was.isNobody()) before = was;
    gap = Duration.ZERO;
    if (leader.isNobody()) {
      vacancy = LeaderlessGapEvent.started();
      vacantSince = now;
    } else if (was.isNobody()) {
      vacancy.end(self.toString(), scope.text(), before.toString(), leader.toString());
      gap = Duration.between(vacantSince, now);
      ports.meters().time(Metric.LEADERLESS_SECONDS, gap, scope.text());
    }
  }

  /** Who led before whoever leads now; nobody, if nobody did. */
  NodeId before() {
    return before;
  }

  /** How long nobody led before whoever leads now does, as this node saw it. */
  Duration gap() {
    return gap;
  }

  /** This node's store went back in time or runs twice, says a voter: an operator must act. */
  void quarantined(NodeId by) {
    var text =
        by
            + " refuses this node's election.db: it is an older copy, or a copy runs elsewhere;"
            + " this node does not vote any more";
    var event = NodeEvent.warn("store.quarantined", self.toString(), text);
    ports.events().accept(event.of(scope.text(), 0).coded("MK-ELE-005"));
    LOG.log(Level.ERROR, text + " scope=" + scope);
  }

  /** {@code other} leads what this node led until it heard so. */
  void split(NodeId other, Fence fence) {
    duals.found(other, new Claim(scope, fence.generation(), fence.term(), self));
  }

  /** A node takes part in another birth of this scope: one of the two was made by mistake. */
  void clash(NodeId from) {
    if (clashed.size() >= MOST_CLASHES || !clashed.add(from)) return;
    var text =
        from + " votes in another " + scope + ": it was recovered twice, or has other voters";
    var event = NodeEvent.warn("leader.genesis_clash", from.toString(), text);
    ports.events().accept(event.of(scope.text(), 0).coded("MK-ELE-007"));
    LOG.log(Level.ERROR, text + " scope=" + scope);
  }

  /** Offers again what gossip's mailbox refused; called each turn. */
  void retell() {
    while (!untold.isEmpty() && ports.gossip().offer(untold.element())) untold.remove();
  }

  private void claim(Input claim) {
    untold.clear(); // the latest news replaces what was not told yet
    untold.add(claim);
    retell();
  }

  private void tell(LeaderChangeEvent.Change change) {
    var elected = !change.to().isEmpty();
    var subject = elected ? change.to() : change.from();
    var text =
        elected
            ? subject + " leads " + scope + " in term " + change.term()
            : subject + " no longer leads " + scope;
    var type = elected ? "leader.elected" : "leader.lost";
    var event = elected ? NodeEvent.info(type, subject, text) : NodeEvent.warn(type, subject, text);
    ports.events().accept(event.of(scope.text(), change.term()).because(change.cause()));
    LOG.log(
        Level.INFO,
        text + " scope=" + scope + " term=" + change.term() + " cause=" + change.cause());
  }
}

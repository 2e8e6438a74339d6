package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds out who is silent: SWIM's ping and ping-req with Lifeguard's doubt in oneself. */
final class Prober {
  private static final int STRAY = 8;

  /** Of a period: where it is a second, a leader beats then, and nobody is woken for a probe. */
  private static final int PHASES = 3;

  private final Timing timing;
  private final MemberTable table;
  private final Post post;
  private final Health health;
  private final Lines lines;
  private final List<NodeId> cycle = new ArrayList<>();
  private final SortedMap<Integer, Probe> probes = new TreeMap<>();
  private final Map<NodeId, RoundTrip> trips = new LinkedHashMap<>(); // only looked up
  private final SortedMap<NodeId, Instant> evidence = new TreeMap<>();
  private Overlay overlay = Overlay.EMPTY;
  private Duration phase = Duration.ZERO;
  private Instant nextRound = Instant.MAX;
  private Instant barredUntil = Instant.MIN;
  private int seq;
  private int rounds;

  Prober(Timing timing, MemberTable table, Post post, Health health, Lines lines) {
    this.timing = timing;
    this.table = table;
    this.post = post;
    this.health = health;
    this.lines = lines;
  }

  /** Begins to probe, at one of {@link #PHASES}: nodes started together need not beat as one. */
  void start(Turn turn) {
    phase = timing.period().multipliedBy((long) (turn.chance.unit() * PHASES)).dividedBy(PHASES);
    nextRound = roundWithin(turn.now, timing.period());
  }

  /** Does what is due. */
  void tick(Turn turn) {
    for (var probe : List.copyOf(probes.values())) {
      if (!probe.helped && !probe.ackDue.isAfter(turn.now)) askHelpers(turn, probe);
      if (!probe.end.isAfter(turn.now)) fail(turn, probe);
    }
    if (nextRound.isAfter(turn.now)) return;
    nextRound = roundAfter(turn.now, health.scale(timing.period()));
    evidence.values().removeIf(at -> at.plus(timing.period()).isBefore(turn.now));
    var target = next(turn);
    if (!target.isNobody() && !isProbing(target)) probe(turn, target, nextRound);
  }

  /**
   * The latest of its moments that comes within {@code wait}, one a period on this node's clock.
   */
  private Instant roundWithin(Instant now, Duration wait) {
    var latest = now.plus(wait);
    var nanos = Duration.between(Instant.EPOCH.plus(phase), latest).toNanos();
    return latest.minusNanos(Math.floorMod(nanos, timing.period().toNanos()));
  }

  /**
   * The same, but no sooner than a probe and its helpers need: who is woken late leaves one out.
   */
  private Instant roundAfter(Instant now, Duration wait) {
    var round = roundWithin(now, wait);
    var soonest = now.plus(wait.multipliedBy(3).dividedBy(4));
    return round.isBefore(soonest) ? round.plus(timing.period()) : round;
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    var due = nextRound;
    for (var probe : probes.values()) if (probe.due().isBefore(due)) due = probe.due();
    return due;
  }

  /** This node was stopped: everyone gets the time back, and nobody is accused for a while. */
  void pause(Turn turn, Duration gap) {
    for (var probe : probes.values()) {
      probe.ackDue = probe.ackDue.plus(gap);
      probe.end = probe.end.plus(gap);
    }
    var until = turn.now.plus(gap);
    if (until.isAfter(barredUntil)) barredUntil = until;
  }

  /** Until when this node passes no verdict. */
  Instant barredUntil() {
    return barredUntil;
  }

  /** A ping was answered. */
  void acked(Turn turn, NodeId from, int number) {
    var probe = probes.get(number);
    if (probe == null || !probe.target.equals(from)) return;
    if (!probe.helped) {
      var sample = Duration.between(probe.sent, turn.now);
      trips.merge(from, RoundTrip.first(sample), (old, _) -> old.with(sample));
    }
    answered(probe);
  }

  /** A helper got through. */
  void forwarded(NodeId from, int number) {
    var probe = probes.get(number);
    if (probe != null && probe.asked.contains(from)) answered(probe);
  }

  /** A helper did not get through, but is itself there. */
  void nacked(Turn turn, NodeId from, Frame.Nack nack) {
    var probe = probes.get(nack.seq());
    if (probe == null || !probe.asked.contains(from)) return;
    probe.nacked.add(from);
    if (nack.refused()) probe.refusals.add(from);
    if (probe.isHopeless()) fail(turn, probe);
  }

  /** A link is live: a ping that found none goes out again. */
  void linked(Turn turn, NodeId peer) {
    for (var probe : probes.values()) {
      if (!probe.target.equals(peer) || probe.helped) continue;
      probe.refused = false;
      probe.sent = turn.now;
      ping(turn, probe);
    }
  }

  /** A link ended or was refused: evidence to look, at most once a period, never a verdict. */
  void unlinked(Turn turn, NodeId peer, boolean refused) {
    if (!table.standing(peer).isUp()) return;
    var last = evidence.get(peer);
    var recent = last != null && last.plus(timing.period()).isAfter(turn.now);
    if (!recent && !isProbing(peer)) {
      evidence.put(peer, turn.now);
      probe(turn, peer, turn.now.plus(health.scale(timing.period())));
    }
    if (refused) refused(turn, peer);
  }

  private void refused(Turn turn, NodeId peer) {
    for (var probe : List.copyOf(probes.values())) {
      if (!probe.target.equals(peer)) continue;
      probe.refused = true;
      if (!probe.helped) askHelpers(turn, probe);
      if (probe.isHopeless()) fail(turn, probe);
    }
  }

  private void probe(Turn turn, NodeId target, Instant end) {
    seq += 2; // even here, odd where this node helps others
    var probe = new Probe(seq, target, table.entry(target).key().life(), turn.now);
    probe.end = end;
    var helped = end.minus(health.scale(timing.period()).dividedBy(4)); // so long they have
    var patient = turn.now.plus(patience(target));
    probe.ackDue = patient.isBefore(helped) ? patient : helped;
    probes.put(seq, probe);
    if (!lines.isUp(target)) lines.need(target, table.entry(target).attrs().at(), turn.now);
    ping(turn, probe);
  }

  private void ping(Turn turn, Probe probe) {
    var suspected = table.standing(probe.target) == Standing.SUSPECT;
    var accusation = suspected ? post.told(turn, probe.target) : Told.NOTHING;
    post.probe(turn, probe.target, new Frame.Ping(probe.seq, accusation));
  }

  private void askHelpers(Turn turn, Probe probe) {
    probe.helped = true;
    var able = new TreeSet<NodeId>();
    for (var peer : table.overlay().neighbours())
      if (!peer.equals(probe.target) && table.standing(peer) == Standing.ALIVE) able.add(peer);
    var wait = Duration.between(turn.now, probe.end);
    if (!wait.isPositive()) return;
    var at = table.entry(probe.target).attrs().at();
    for (var helper : turn.chance.some(timing.helpers(), able)) {
      probe.asked.add(helper);
      post.probe(turn, helper, new Frame.PingReq(probe.seq, probe.target, at, wait));
    }
  }

  private void answered(Probe probe) {
    probes.remove(probe.seq);
    health.better();
  }

  private void fail(Turn turn, Probe probe) {
    probes.remove(probe.seq);
    if (turn.now.isBefore(barredUntil)) return;
    var missing = probe.asked.size() - probe.nacked.size();
    health.worse(probe.asked.isEmpty() ? 1 : missing);
    table.accuse(turn, probe.target, probe.life);
  }

  private boolean isProbing(NodeId target) {
    return probes.values().stream().anyMatch(probe -> probe.target.equals(target));
  }

  /** The wait for an ack: never so long that no time is left for helpers. */
  private Duration patience(NodeId target) {
    var far = !target.region().equals(table.self().region());
    var high = far ? longer(timing.ackHigh(), Timing.wan().ackHigh()) : timing.ackHigh();
    var trip = trips.get(target);
    var wait = health.scale(trip == null ? high : trip.patience(timing.ackLow(), high));
    var most = health.scale(timing.period().multipliedBy(3).dividedBy(4));
    return wait.compareTo(most) > 0 ? most : wait;
  }

  private NodeId next(Turn turn) {
    refresh(turn);
    var strays = table.up().size() > 2 * Overlay.RINGS && ++rounds % STRAY == 0;
    if (strays) return table.anyone(turn.chance);
    return cycle.isEmpty() ? NodeId.NOBODY : cycle.removeLast();
  }

  /** Keeps the shuffled cycle in step with the subjects: the new ones come in at random places. */
  private void refresh(Turn turn) {
    var subjects = table.overlay().subjects();
    if (!table.overlay().equals(overlay)) {
      cycle.removeIf(id -> !subjects.contains(id));
      for (var id : subjects)
        if (!overlay.subjects().contains(id)) cycle.add(turn.chance.below(cycle.size() + 1), id);
      overlay = table.overlay();
    }
    if (cycle.isEmpty()) cycle.addAll(turn.chance.some(subjects.size(), subjects));
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}

package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a scope's loop remembers for {@link Autopilot}: since when each node has been alive, who
 * answers this leader, when it last moved. It stands beside the election, not in its state, as it
 * decides nothing that must be safe. Confined to the loop's thread; bounded by the nodes that
 * gossip shows.
 */
public final class Lookout {
  /** How often a leader thinks about its voters. */
  public static final Duration EVERY = Duration.ofSeconds(1);

  /** How many learners a leader has while nothing is to be done. */
  static final int CALM = 4;

  private static final int FLAPS = 3;
  private static final Duration FLAPPED = Duration.ofMinutes(10);
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  private final NodeId self;
  private final Duration gap;
  private final Roster.Plan plan;
  private final SortedMap<NodeId, Known> known = new TreeMap<>();
  private final SortedMap<NodeId, Acking> acking = new TreeMap<>();
  private long led = -1;
  private Instant moved = Instant.MIN;
  private Advice latest = new Advice.Wait("this node does not lead");

  /**
   * Of a node that may lead.
   *
   * @param promise how long an acknowledgement stands: P of its profile
   */
  public Lookout(NodeId self, Duration promise, Roster.Plan plan) {
    this.self = self;
    this.gap = promise;
    this.plan = plan;
  }

  /**
   * One node as gossip shows it just now.
   *
   * @param node who
   * @param store the store of its elections, empty if it does not say
   * @param alive whether it is taken for alive
   * @param bar what it says of itself; never {@link Prospect.Bar#FLAPPING}
   * @param certified how long its certificate is good for
   */
  public record Sighting(
      NodeId node, Bytes store, boolean alive, Prospect.Bar bar, Duration certified) {}

  private static final class Known {
    private Sighting last;
    private Instant since;
    private final Deque<Instant> lost = new ArrayDeque<>();

    Known(Sighting first, Instant since) {
      this.last = first;
      this.since = since;
    }

    void now(Sighting next, Instant now) {
      if (next.alive() != last.alive()) since = now;
      if (last.alive() && !next.alive()) lost.addLast(now);
      if (lost.size() > FLAPS) lost.removeFirst();
      last = next;
    }

    boolean isForgotten(Instant now) {
      return !last.alive() && since.plus(FORGOTTEN).isBefore(now);
    }

    boolean flaps(Instant now) {
      return lost.size() == FLAPS && lost.getFirst().isAfter(now.minus(FLAPPED));
    }
  }

  private record Acking(Bytes store, Instant since, Instant last, long term) {}

  /** What gossip shows now: whom it names no more is dead from now on. */
  void told(List<Sighting> all, Instant now) {
    for (var one : all) {
      var before = known.get(one.node());
      if (before == null) known.put(one.node(), new Known(one, now));
      else before.now(one, now);
    }
    for (var entry : known.entrySet())
      if (all.stream().noneMatch(one -> one.node().equals(entry.getKey())))
        entry.getValue().now(gone(entry.getKey()), now);
    known.values().removeIf(one -> one.last.store().isEmpty() && one.isForgotten(now));
  }

  private static Sighting gone(NodeId node) {
    return new Sighting(node, Bytes.EMPTY, false, Prospect.Bar.NONE, Duration.ZERO);
  }

  /** An input came to the election, whose state it left: acknowledgements are noted. */
  public void saw(Input input, State state, Instant now) {
    if (!(state.role() instanceof Role.Leader)) return;
    if (led != state.term()) begin(state.term(), now);
    if (!(input instanceof Input.Received(var from, var frame))) return;
    var header = frame.header();
    if (!(frame.message() instanceof Frame.BeatAck) || header.term() != led) return;
    var before = acking.get(from);
    var since = before != null && goesOn(before, header.store(), now) ? before.since : now;
    acking.put(from, new Acking(header.store(), since, now, header.term()));
  }

  private void begin(long term, Instant now) {
    led = term;
    moved = now;
    acking.clear();
  }

  /**
   * What this node should tell its election now, by what gossip shows: whom a leader is to send its
   * beats to, or the next step of {@link Autopilot}. To be asked {@link #EVERY} second, of whoever
   * follows too: it remembers since when it has known what.
   *
   * @param wall the time for the record's audit
   */
  public List<Input> look(State state, List<Sighting> all, Instant now, Instant wall) {
    latest = new Advice.Wait("this node does not lead");
    var taught = teach(state, all, now);
    if (!(state.role() instanceof Role.Leader)) return List.of();
    latest = new Advice.Wait("others begin to hear this leader");
    if (!taught.isEmpty()) return taught;
    latest = advice(state, now);
    return switch (latest) {
      case Advice.Wait _ -> List.of();
      case Advice.HandOver(var to, _) -> List.of(new Input.Transfer(to));
      case Advice.Alter(var change, var why) -> List.of(command(state, change, why, wall));
    };
  }

  /**
   * Only whom a leader is to send its beats to besides its voters, if that has changed: whom an
   * operator can add.
   */
  public List<Input> teach(State state, List<Sighting> all, Instant now) {
    told(all, now);
    if (!(state.role() instanceof Role.Leader)) return List.of();
    var learners = learners(state.record(), now);
    return learners.equals(state.learning()) ? List.of() : List.of(new Input.Learners(learners));
  }

  /** What the last look came to. */
  public Advice latest() {
    return latest;
  }

  /** Healthy voters more than a quorum needs, as this leader sees them; below zero: too few. */
  public int margin(State state, Instant now) {
    return Voters.of(state.record(), roster(state.record(), now), now).margin();
  }

  /** For this very version of the record: whatever else happened first, it is thought of anew. */
  private Input command(State state, Change change, String why, Instant wall) {
    var id = Bytes.utf8(self + " " + state.record().id() + " " + change).sha256();
    var author = new Author("autopilot", why, wall.truncatedTo(ChronoUnit.MILLIS));
    return new Input.Commanded(new Command(id, state.record().id().version(), change, author));
  }

  /**
   * Who should hear this leader's beats without voting: whoever could be asked to vote next, of
   * each region in turn, the regions with the fewest voters first. Who flaps is never asked by
   * {@link Autopilot}, but an operator may have reasons; so it hears the leader where there is room
   * for it, else nobody could add it for the next ten minutes.
   */
  List<Seat> learners(ScopeRecord record, Instant now) {
    var voters = Voters.of(record, roster(record, now), now);
    var calm = voters.isCalm();
    var counts = new TreeMap<String, Integer>();
    for (var seat : voters.seats()) counts.merge(seat.node().region(), 1, Integer::sum);
    var left = new ArrayList<Seat>();
    for (var one : known.values())
      if (mayLearn(one, record))
        left.add(new Seat(one.last.node(), one.last.store(), Seat.DEFAULT_RANK));
    var chosen = new ArrayList<Seat>();
    while (!left.isEmpty() && chosen.size() < (calm ? CALM : Learners.LIMIT)) {
      var next =
          left.stream()
              .min(
                  Comparator.comparing((Seat s) -> flaps(s, now))
                      .thenComparing(s -> counts.getOrDefault(s.node().region(), 0)))
              .orElseThrow();
      left.remove(next);
      chosen.add(next);
      counts.merge(next.node().region(), 1, Integer::sum);
    }
    chosen.sort(Comparator.comparing(Seat::node));
    return chosen;
  }

  private boolean flaps(Seat seat, Instant now) {
    var one = known.get(seat.node());
    return one != null && one.flaps(now);
  }

  private boolean mayLearn(Known one, ScopeRecord record) {
    var last = one.last;
    return last.alive()
        && last.bar() == Prospect.Bar.NONE
        && !last.store().isEmpty()
        && !last.node().equals(self)
        && plan.wants(last.node())
        && !record.content().isRevoked(last.node())
        && !record.content().votes(last.node(), last.store());
  }

  /**
   * What this node should do about its voters now; {@link Advice.Wait} unless it leads with
   * authority, upon a record of its own term that is committed, with no change under way. Advice is
   * given once: whoever gets it acts on it, or asks again after the pace of {@link Roster.Plan}.
   */
  Advice advice(State state, Instant now) {
    var why = idle(state, now);
    if (!why.isEmpty()) return new Advice.Wait(why);
    var advice = Autopilot.next(state.record(), roster(state.record(), now), now);
    if (!(advice instanceof Advice.Wait)) moved = now;
    return advice;
  }

  private static String idle(State state, Instant now) {
    if (!(state.role() instanceof Role.Leader(var tenure))) return "this node does not lead";
    var until = tenure.end().minus(state.options().profile().epsilon());
    if (!now.isBefore(until)) return "this node has no authority";
    var record = state.record();
    if (record.id().term() != state.term() || !state.current().view().equals(record))
      return "a record is not committed yet";
    return state.agenda().offer() instanceof Offer.None ? "" : "a voter is being added";
  }

  private Roster roster(ScopeRecord record, Instant now) {
    for (var seat : record.content().voters())
      known.computeIfAbsent(seat.node(), node -> new Known(gone(node), now));
    var nodes = new ArrayList<Prospect>();
    known.forEach((node, one) -> nodes.add(prospect(node, one, now)));
    return new Roster(self, plan, moved, nodes);
  }

  private Prospect prospect(NodeId node, Known one, Instant now) {
    var acks = acking.get(node);
    if (acks != null && !isFresh(acks, one, now)) acks = null;
    return new Prospect(
        node,
        one.last.store(),
        one.last.alive(),
        one.since,
        acks == null ? Instant.MAX : acks.since,
        acks == null ? 0 : acks.term,
        one.last.certified(),
        one.flaps(now) ? Prospect.Bar.FLAPPING : one.last.bar());
  }

  private boolean isFresh(Acking acks, Known one, Instant now) {
    return goesOn(acks, one.last.store().isEmpty() ? acks.store : one.last.store(), now);
  }

  private boolean goesOn(Acking acks, Bytes store, Instant now) {
    return acks.store.equals(store) && !acks.last.plus(gap).isBefore(now);
  }
}

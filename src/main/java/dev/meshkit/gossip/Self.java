package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * This node's own life. Only here is it ever raised.
 *
 * <p>Invariant: a generation is durable before any frame carries it.
 */
final class Self {
  /** A generation further ahead of the wall clock is refused. */
  static final Duration FUTURE = Duration.ofHours(24);

  private static final int LEAP = 1 << 16;

  private final NodeId id;
  private Attrs template;
  private final Rumours rumours;
  private final Health health;
  private final long persisted;
  private Life life = Life.NONE;
  private long nonce;
  private Entry entry = Entry.NOTHING;
  private long saving; // 0: nothing waits for the disk
  private boolean begun;
  private boolean leaving;
  private long version;
  private long rival; // a greater generation under my name, 0 if none
  private Endpoint rivalAt = Endpoint.NONE;

  Self(GossipOptions options, long persisted, Rumours rumours, Health health) {
    id = options.self();
    template = options.attrs();
    this.persisted = persisted;
    this.rumours = rumours;
    this.health = health;
  }

  NodeId id() {
    return id;
  }

  Endpoint at() {
    return template.at();
  }

  Life life() {
    return life;
  }

  long nonce() {
    return nonce;
  }

  /** What this node says of itself now. */
  Entry entry() {
    return entry;
  }

  /** Whether the generation is durable, so that frames may leave. */
  boolean isReady() {
    return begun && saving == 0;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Grows whenever this node says something else of itself. */
  long version() {
    return version;
  }

  /** The first step: a generation that outranks all past ones, whatever the clocks. */
  void begin(Turn turn) {
    if (begun) return;
    begun = true;
    nonce = turn.chance.next();
    raise(turn, Math.max(persisted + 1, turn.wall.toEpochMilli()));
  }

  /** The disk has it. True if this node may speak from now on. */
  boolean saved(long generation) {
    if (saving == 0 || generation != saving) return false;
    saving = 0;
    live(new Life(generation, 0));
    return true;
  }

  /** Tells everyone at once. */
  void announce(Turn turn) {
    rumours.changed(turn, new Rumour.OfMember(id), true, NodeId.NOBODY);
  }

  /** Says another set of labels of itself, which takes another life; none after a goodbye. */
  void describe(Turn turn, Map<String, String> labels) {
    template = template.labelled(template.roles(), labels);
    if (!isReady() || leaving || labels.equals(entry.attrs().labels())) return;
    live(new Life(life.generation(), life.incarnation() + 1));
    announce(turn);
  }

  /** What another says of this node: refuted if it is worse than the truth. */
  void hear(Turn turn, Entry said, NodeId teller) {
    var byGeneration = Long.compareUnsigned(said.key().generation(), life.generation());
    if (byGeneration > 0) challenge(turn, said);
    var isOld = said.key().life().compareTo(life) < 0;
    if (isOld && said.key().rank() != Rank.ALIVE) turn.answerable.add(teller); // it missed the news
    if (byGeneration != 0 || leaving) return;
    if (isClone(said.attrs())) {
      stopAsClone(turn);
      return;
    }
    var ahead = Integer.compareUnsigned(said.key().incarnation(), life.incarnation());
    if (ahead < 0 || (ahead == 0 && said.key().rank() == Rank.ALIVE)) return;
    health.worse(1);
    turn.answerable.add(teller);
    if (said.key().incarnation() - life.incarnation() >= LEAP) {
      raise(turn, life.generation() + 1);
      return;
    }
    live(new Life(life.generation(), said.key().incarnation() + 1));
    announce(turn);
  }

  /** Somebody answered at an endpoint, or {@link NodeId#NOBODY} did. */
  void answered(Turn turn, Endpoint at, NodeId who) {
    if (rival == 0 || !at.equals(rivalAt)) return;
    var greatest = rival;
    rival = 0;
    if (who.equals(id)) {
      stopAsClone(turn);
    } else {
      raise(turn, greatest + 1); // my own past: a lost disk, or a clock set back
    }
  }

  /** Goodbye. */
  void leave(Turn turn) {
    leaving = true;
    version++;
    entry = entry.ranked(Rank.LEFT);
    announce(turn);
  }

  private void challenge(Turn turn, Entry said) {
    var generation = said.key().generation();
    if (saving != 0 || isFuture(generation, turn.wall) || generation == rival) return;
    rival = generation;
    rivalAt = said.attrs().at();
    if (rivalAt.equals(Endpoint.NONE) || rivalAt.equals(template.at())) {
      answered(turn, rivalAt, NodeId.NOBODY);
    } else {
      turn.emit(new Effect.Dial(rivalAt));
    }
  }

  /** Whether a generation is so far ahead of a wall clock that its clock must be wrong. */
  static boolean isFuture(long generation, Instant wall) {
    return Long.compareUnsigned(generation, wall.plus(FUTURE).toEpochMilli()) > 0;
  }

  private boolean isClone(Attrs said) {
    return said.isKnown()
        && said.generation() == life.generation()
        && Long.compareUnsigned(said.nonce(), nonce) > 0;
  }

  private void stopAsClone(Turn turn) {
    turn.event(
        new Change(
            Change.Kind.CLONED,
            id,
            life,
            Standing.ALIVE,
            Standing.ALIVE,
            List.of(),
            "another process runs under this name and outranks this one"));
    turn.emit(new Effect.Stop(Effect.Stop.Cause.CLONED));
  }

  private void raise(Turn turn, long generation) {
    saving = generation;
    turn.emit(new Effect.Save(generation));
  }

  private void live(Life next) {
    version++;
    life = next;
    entry = new Entry(Key.of(next, Rank.ALIVE), template.said(next, nonce), new TreeSet<>());
  }
}

package dev.meshkit.queue;

import dev.meshkit.store.StoreTx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The lanes of one queue in memory, and whose turn it is. Owned by the writer thread, except {@link
 * #all} and {@link #mayLease}, which read what was published.
 *
 * <p>Lanes with something to lease take {@link Turns}.
 */
final class LaneBook implements Limits.Stock {
  private final long qid;
  private final QueueOptions options;
  private final Ids seqs;
  private final Breakers breakers;
  private final InstantSource monotonic;
  private final Map<Lane, LaneState> byName = new ConcurrentHashMap<>();
  private final Map<Long, LaneState> byLid = new ConcurrentHashMap<>();
  private final Turns<LaneState> turns = new Turns<>(this::leaseable);
  private final Room room;
  private final Set<LaneState> open = ConcurrentHashMap.newKeySet();
  private Consumer<LaneState> whenReady = _ -> {};
  private Consumer<LaneState> whenPublished = _ -> {};
  private Runnable whenChanged = () -> {};
  private final AtomicBoolean changed = new AtomicBoolean(true); // since somebody asked
  private boolean paused;
  private long live;
  private volatile boolean publishedPause;
  private long bytes;
  private volatile long publishedLive;
  private volatile long publishedBytes;

  LaneBook(
      LaneTable.QueueRow queue,
      QueueOptions options,
      Ids seqs,
      Breakers breakers,
      InstantSource monotonic) {
    this.room = new Room(options.name(), options.capacity());
    this.qid = queue.qid();
    this.paused = queue.paused();
    this.publishedPause = queue.paused();
    this.options = options;
    this.seqs = seqs;
    this.breakers = breakers;
    this.monotonic = monotonic;
  }

  /** Reads the lanes; once, before anything else. */
  void load(StoreTx tx) {
    for (var stored : LaneTable.load(tx, qid)) {
      put(new LaneState(stored.with(held(tx, stored.lid(), stored.counts())), this));
    }
    publish();
  }

  /** Whom to tell of a committed lane that may be leased from; once, before workers come. */
  void whenReady(Consumer<LaneState> then) {
    whenReady = then;
  }

  /** Whom to tell of each lane whose counts were committed; once, before workers come. */
  void whenPublished(Consumer<LaneState> then) {
    whenPublished = then;
  }

  /** Whom to tell of the first change after {@link #takeChanged}; once, before workers come. */
  void whenChanged(Runnable then) {
    whenChanged = then;
  }

  /** Whether any lane has changed since this was last asked; from any thread. */
  boolean takeChanged() {
    return changed.getAndSet(false);
  }

  /** Whether the next {@link #takeChanged} says so. */
  boolean hasChanged() {
    return changed.get();
  }

  LaneState get(long lid) {
    var state = byLid.get(lid);
    if (state == null) throw new IllegalStateException("no lane " + lid + " in queue " + qid);
    return state;
  }

  Optional<LaneState> find(Lane lane) {
    return Optional.ofNullable(byName.get(lane));
  }

  /** The lane, made now if it is new. It starts above every number the store has given. */
  LaneState getOrAdd(StoreTx tx, Lane lane) {
    var known = byName.get(lane);
    if (known != null) return known;
    var next = seqs.mark(tx) + 1;
    var lid = LaneTable.add(tx, qid, lane, options.mode(), next);
    var state = new LaneState(LaneTable.Stored.fresh(lid, lane, next), this);
    put(state);
    tx.onRollback(() -> remove(state));
    return state;
  }

  /** Whether a worker without a lane of its own may be given something of this one. */
  boolean leaseable(LaneState state) {
    return !paused && room(state) > 0;
  }

  /** How many more of its tasks may be leased now; a STRICT lane has one holder at a time. */
  int room(LaneState state) {
    return admitted(state, state.counts().room(options));
  }

  /** How many more whoever holds one of its tasks may have now. */
  int left(LaneState state) {
    return admitted(state, state.counts().left(options));
  }

  private int admitted(LaneState state, int room) {
    return paused || room == 0 ? 0 : Math.min(room, breakers.room(state.lane().key()));
  }

  /** These counts of a lane, with what holds it: nothing holds one that is RELAXED. */
  Counts held(StoreTx tx, long lid, Counts counts) {
    var mayBeHeld = options.mode() == QueueOptions.Mode.STRICT && counts.delayed() > 0;
    return counts.hold(mayBeHeld ? TaskTable.holder(tx, lid) : 0);
  }

  /** How many lanes wait for their turn. */
  int inTurn() {
    return turns.lanes();
  }

  /** Has lanes serve in their turn until {@code want} are given, or nobody gives any more. */
  void inTurn(int want, Turns.Serving<LaneState> serving) {
    turns.serve(want, serving);
  }

  /** The breaker of this key admits more than before. */
  void noteWider(String key) {
    for (var cls : TrafficClass.values()) find(new Lane(key, cls)).ifPresent(this::noteReady);
  }

  void noteReady(LaneState state) {
    if (leaseable(state)) turns.add(state);
  }

  void published(LaneState state) {
    publish();
    if (!changed.get() && changed.compareAndSet(false, true)) whenChanged.run();
    if (isOpen(state)) {
      open.add(state);
    } else {
      open.remove(state);
    }
    whenPublished.accept(state);
    if (leaseable(state)) whenReady.accept(state);
  }

  /** All that is here is committed. */
  private void publish() {
    publishedLive = live;
    publishedBytes = bytes;
    room.published(live, bytes);
  }

  /** A hint, from any thread: whether any lane, or this one, had something to lease just now. */
  boolean mayLease() {
    return !publishedPause && open.stream().anyMatch(this::isAdmitted);
  }

  boolean mayLease(Lane lane) {
    var state = byName.get(lane);
    return !publishedPause && state != null && isOpen(state) && isAdmitted(state);
  }

  private boolean isAdmitted(LaneState state) {
    return breakers.room(state.lane().key()) > 0;
  }

  private static boolean isOpen(LaneState state) {
    var counts = state.published();
    return !counts.paused() && counts.hold() == 0 && counts.ready() > 0;
  }

  @Override
  public Optional<Counts> counts(Lane lane) {
    return find(lane).map(LaneState::counts);
  }

  @Override
  public long live() {
    return live;
  }

  /** Live tasks as of the last commit; from any thread. */
  long publishedLive() {
    return publishedLive;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** The same as of the last commit; from any thread. */
  long publishedBytes() {
    return publishedBytes;
  }

  /** Who waits for room. */
  Room room() {
    return room;
  }

  /** A lane's counts have changed, or have changed back. */
  void moved(Counts before, Counts now) {
    live += now.live() - before.live();
    bytes += now.bytes() - before.bytes();
  }

  boolean paused() {
    return publishedPause;
  }

  void pause(StoreTx tx, boolean now) {
    var before = paused;
    paused = now;
    tx.onRollback(
        () -> {
          paused = before;
          byLid.values().forEach(this::noteReady); // who was served meanwhile found none
        });
    tx.afterCommit(
        () -> {
          publishedPause = now;
          byLid.values().forEach(this::noteReady);
          byLid.values().forEach(this::published);
        });
  }

  /** All lanes; from any thread. */
  Collection<LaneState> all() {
    return byName.values();
  }

  /** The time by which lanes' moves are counted; from any thread. */
  Instant now() {
    return monotonic.instant();
  }

  /** Whether this is the lane of its name, and not one that was dropped. */
  boolean has(LaneState state) {
    return state.equals(byLid.get(state.lid()));
  }

  /** A lane that holds nothing is no more; one of its name is made when it is wanted. */
  void drop(StoreTx tx, LaneState state) {
    remove(state);
    tx.onRollback(() -> put(state));
  }

  /** Tells nobody: what else has changed by now may be undone. Its first commit does. */
  private void put(LaneState state) {
    byName.put(state.lane(), state);
    byLid.put(state.lid(), state);
    live += state.counts().live();
    bytes += state.counts().bytes();
    noteReady(state);
    if (isOpen(state)) open.add(state);
  }

  private void remove(LaneState state) {
    byName.remove(state.lane());
    byLid.remove(state.lid());
    turns.remove(state);
    open.remove(state);
  }
}

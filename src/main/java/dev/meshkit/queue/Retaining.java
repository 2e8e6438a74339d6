package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.observe.Metric;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the dead within their age, rows and bytes: the oldest go, in chunks, counted and logged.
 * Rows and bytes are looked at in the very batch that adds to them, the age now and then.
 */
final class Retaining {
  private static final System.Logger LOG = System.getLogger(Retaining.class.getName());
  private static final int CHUNK = 128;
  private static final Duration MOST_PAUSE = Duration.ofHours(1);
  private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

  /** Why one goes; the names are label values. */
  enum Cause {
    ROWS,
    BYTES,
    AGE
  }

  private final Ground ground;
  private final Duration pause;
  private final Op<Unit> trim = Op.record("poison.trim", this::trim);
  private final Map<Cause, Long> unsaid = new EnumMap<>(Cause.class); // writer thread's
  private Instant nextLog; // writer thread's
  private volatile Instant nextLook;

  Retaining(Ground ground) {
    this.ground = ground;
    var tenth = ground.options().retention().age().dividedBy(10);
    this.pause = tenth.compareTo(MOST_PAUSE) < 0 ? tenth : MOST_PAUSE;
    this.nextLook = ground.monotonic();
    this.nextLog = ground.monotonic();
  }

  /** A task has died in this transaction: what is too much goes in the same one. */
  void died(StoreTx tx) {
    var keep = ground.options().retention();
    if (ground.dead().rows() > keep.rows() || ground.dead().bytes() > keep.bytes()) tx.last(trim);
  }

  /** When to look at the age again, by the monotonic clock; empty while nobody is dead. */
  Optional<Instant> nextLook() {
    return ground.dead().isEmpty() ? Optional.empty() : Optional.of(nextLook);
  }

  /** Looks at the age if it is time to. */
  void tick(Instant now) throws InterruptedException {
    if (ground.dead().isEmpty() || now.isBefore(nextLook)) return;
    nextLook = now.plus(pause);
    var _ = ground.life().write(trim); // refused: the next look comes
  }

  private Unit trim(StoreTx tx) {
    if (ground.life().isOver()) return Unit.UNIT;
    var gone = new EnumMap<Cause, Long>(Cause.class);
    var all = new DeadTable.Span(0, Long.MAX_VALUE);
    for (var stone : DeadTable.oldest(tx, ground, PoisonFilter.ALL, all, CHUNK)) {
      var cause = cause(stone);
      if (cause.isEmpty()) break;
      DeadTable.forget(tx, ground, stone);
      gone.merge(cause.get(), 1L, Long::sum);
    }
    if (gone.isEmpty()) return Unit.UNIT;
    var more = gone.values().stream().mapToLong(n -> n).sum() == CHUNK;
    tx.afterCommit(() -> tell(gone, more));
    return Unit.UNIT;
  }

  private Optional<Cause> cause(DeadTable.Stone stone) {
    var keep = ground.options().retention();
    if (ground.dead().rows() > keep.rows()) return Optional.of(Cause.ROWS);
    if (ground.dead().bytes() > keep.bytes()) return Optional.of(Cause.BYTES);
    var isOld = stone.diedWallMs() < nowMs() - Horizon.millis(keep.age());
    return isOld ? Optional.of(Cause.AGE) : Optional.empty();
  }

  /** The earlier of the wall clock and the queue clock: a wild jump of one ages nobody. */
  private long nowMs() {
    return Math.min(ground.nowMs(), ground.wall().toEpochMilli());
  }

  private void tell(Map<Cause, Long> gone, boolean more) {
    gone.forEach(
        (cause, count) -> {
          ground.store().meters().add(Metric.QUEUE_RETIRED_TOTAL, count, cause.name());
          unsaid.merge(cause, count, Long::sum);
        });
    if (more) {
      var _ = ground.store().submit(trim, _ -> {}); // refused: the next death or look comes
      return;
    }
    var now = ground.monotonic();
    if (now.isBefore(nextLog)) return;
    LOG.log(
        Level.WARNING,
        "the oldest dead went, as the retention says: queue={0} removed={1} kept={2}",
        ground.options().name(),
        unsaid,
        ground.dead().rows());
    unsaid.clear();
    nextLog = now.plus(LOG_PAUSE);
  }
}

package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The dead of one queue. Thread-safe; blocks for one read, or one commit a chunk. */
public final class PoisonQueue {
  private static final int CHUNK = 128;
  private static final int MAX_PAGE = 500;
  private static final int MAX_REDRIVES = 5;
  private static final String LIVE = "SELECT 1 FROM task WHERE seq = ?";
  private static final String DIED = "SELECT did, reason FROM dead WHERE seq = ?";

  private final Ground ground;
  private final Leasing<?> leasing;

  PoisonQueue(Ground ground, Leasing<?> leasing) {
    this.ground = ground;
    this.leasing = leasing;
  }

  /** At most {@code limit} (≤ 500) of the dead after number {@code afterDid}, oldest first. */
  public Result<List<DeadTask>> list(PoisonFilter filter, long afterDid, int limit)
      throws InterruptedException {
    var page = Math.clamp(limit, 1, MAX_PAGE);
    return ground
        .store()
        .read(reading -> DeadTable.list(reading, ground.options(), filter, afterDid, page));
  }

  /** One of them whole, if it is still there. */
  public Result<Optional<DeadTask>> show(long did) throws InterruptedException {
    return ground
        .store()
        .read(reading -> DeadTable.show(reading, ground.options(), did).stream().findFirst());
  }

  /** As fast as it goes: see the other one. */
  public Result<Integer> redrive(PoisonFilter filter, Audit by) throws InterruptedException {
    return redrive(filter, by, 0);
  }

  /**
   * Brings the dead that the filter names back to life, at their lane's tail, with the same number,
   * token and history and fresh attempts, in chunks of 128; never one that died after this began,
   * nor one that was brought back five times. How many came back. Needs a reason.
   *
   * @param perSecond at most so many a second, blocking meanwhile; 0 for as fast as it goes
   */
  public Result<Integer> redrive(PoisonFilter filter, Audit by, double perSecond)
      throws InterruptedException {
    if (by.reason().isBlank()) {
      return Result.err(
          MeshError.validation("redriving", "it needs a reason", "say why, for the audit"));
    }
    var last = Op.record("poison.mark", tx -> DeadTable.last(tx, ground.options().poisonQueue()));
    return switch (ground.store().submit(last)) {
      case Result.Ok<Long>(var upTo) -> redriveUpTo(filter, upTo, Pace.of(perSecond));
      case Result.Err<Long>(var error) -> Result.err(error);
    };
  }

  /**
   * How fast.
   *
   * @param chunk messages in one transaction
   * @param pause between two of them
   */
  private record Pace(int chunk, Duration pause) {
    static Pace of(double perSecond) {
      if (perSecond <= 0) return new Pace(CHUNK, Duration.ZERO);
      var chunk = Math.clamp((long) perSecond, 1, CHUNK);
      return new Pace(chunk, Duration.ofNanos((long) (chunk / perSecond * 1e9)));
    }
  }

  private Result<Integer> redriveUpTo(PoisonFilter filter, long upToDid, Pace pace)
      throws InterruptedException {
    var revived = 0;
    var at = new Progress(0, 0, true);
    while (at.more()) {
      var from = at.did();
      var chunk =
          ground
              .store()
              .submit(
                  Op.enqueue(
                      "poison.redrive", 0, tx -> chunk(tx, filter, from, upToDid, pace.chunk())));
      if (!(chunk instanceof Result.Ok<Progress>(var done))) return chunk.cast();
      at = done;
      revived += done.revived();
      if (at.more()) Thread.sleep(pace.pause());
    }
    return Result.ok(revived);
  }

  /**
   * How far a redrive came.
   *
   * @param did the last one looked at
   * @param revived how many of the chunk came back
   * @param more whether there may be more
   */
  private record Progress(long did, int revived, boolean more) {}

  private Progress chunk(StoreTx tx, PoisonFilter filter, long from, long upTo, int most) {
    var poison = ground.options().poisonQueue();
    var rows = DeadTable.rows(tx, poison, filter, from, upTo, most);
    var revived = 0;
    for (var one : rows) {
      if (one.row().redrives() > MAX_REDRIVES) continue;
      revive(tx, one);
      revived++;
    }
    var last = rows.isEmpty() ? from : rows.getLast().did();
    return new Progress(last, revived, rows.size() == most);
  }

  private void revive(StoreTx tx, DeadTable.Revival one) {
    var lane = ground.lanes().get(one.row().lid());
    var ttl = lane.lane().cls().ttl();
    var row = one.row().placed(ground.seqs().next(tx), ground.nowMs() + ttl.toMillis());
    DeadTable.remove(tx, one.did());
    TaskTable.add(tx, row, TaskTable.Start.NOW, TaskTable.Keys.NONE);
    lane.set(tx, lane.counts().added(row.size(), false).dead(-1));
    leasing.serveIn(tx);
  }

  /** How a task ended, as the tables tell; empty while it lives. */
  Optional<Settled> ended(TaskId id) throws InterruptedException {
    return ground
        .store()
        .read(
            reading -> {
              if (!reading.query(LIVE, row -> row.getInt(1), id.seq()).isEmpty())
                return Optional.<Settled>empty();
              return Optional.of(
                  reading
                      .query(
                          DIED,
                          row ->
                              (Settled) new Settled.Dead(row.getLong(1), Reason.of(row.getInt(2))),
                          id.seq())
                      .stream()
                      .findFirst()
                      .orElseGet(Settled.Done::new));
            })
        .or(Optional.empty());
  }
}

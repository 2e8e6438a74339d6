package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Named readers of the dead. A cursor moves only when its reader says so, and holds nobody up: one
 * that fails finds the same tasks again, and no other notices. Thread-safe.
 */
final class PoisonReaders {
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  static final int MOST_READERS = 64;
  static final int PAGE = 32;
  static final long PAGE_BYTES = 1 << 20;

  private final Ground ground;

  PoisonReaders(Ground ground) {
    this.ground = ground;
  }

  Result<List<DeadTask>> take(String reader, Duration wait) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    if (!NAME.matcher(reader).matches()) return Result.err(badName(reader));
    var end = ground.monotonic().plus(wait);
    while (true) {
      var seen = ground.dead().deaths(); // first count, then look: a death goes the other way round
      var page = ground.store().read(reading -> page(reading, reader));
      if (ground.life().isClosing()) return Result.ok(List.of());
      if (!(page instanceof Result.Ok<List<DeadTask>>(var dead)) || !dead.isEmpty()) return page;
      var left = Duration.between(ground.monotonic(), end);
      if (!left.isPositive()) return page;
      if (ground.store().end().isPresent()) return Result.err(ground.store().end().get());
      ground.dead().await(seen, left);
    }
  }

  Result<Unit> advance(String reader, long did) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    if (!NAME.matcher(reader).matches()) return Result.err(badName(reader));
    return ground
        .life()
        .write(Op.record("poison.advance", tx -> advance(tx, reader, did)))
        .flatMap(done -> done);
  }

  Result<Boolean> forget(String reader) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    return ground
        .life()
        .write(Op.record("poison.forget", tx -> ReaderTable.forget(tx, poison(), stored(reader))));
  }

  private List<DeadTask> page(Reading reading, String reader) {
    var after = ReaderTable.at(reading, poison(), stored(reader));
    var page = new ArrayList<DeadTask>();
    var bytes = 0L;
    for (var dead : DeadTable.list(reading, ground, PoisonFilter.ALL, after, PAGE)) {
      bytes += dead.sizeBytes();
      if (!page.isEmpty() && bytes > PAGE_BYTES) break;
      page.addAll(DeadTable.show(reading, ground, dead.did()));
    }
    return List.copyOf(page);
  }

  private Result<Unit> advance(StoreTx tx, String reader, long did) {
    var last = DeadTable.lastEver(tx);
    if (did < 1 || did > last) return Result.err(notYet(reader, did, last));
    var isNew = ReaderTable.at(tx, poison(), stored(reader)) == 0;
    if (isNew && ReaderTable.count(tx, poison()) >= MOST_READERS)
      return Result.err(tooMany(reader));
    ReaderTable.advance(tx, poison(), stored(reader), did);
    return Result.ok();
  }

  private String poison() {
    return ground.options().poisonQueue();
  }

  /** Queues may share the name of their poison queue; their readers are not the same. */
  private String stored(String reader) {
    return ground.options().name() + "/" + reader;
  }

  static MeshError badName(String reader) {
    return MeshError.validation(
        "reading the dead",
        "'" + reader + "' is no name of a reader",
        "a name has 1 to 64 of A-Z a-z 0-9 . _ -");
  }

  static MeshError notYet(String reader, long did, long last) {
    return MeshError.validation(
        "advancing reader " + reader,
        "the dead have numbers from 1 to " + last + ", not " + did,
        "advance to a number that was taken");
  }

  static MeshError tooMany(String reader) {
    return MeshError.validation(
        "adding reader " + reader,
        "there are " + MOST_READERS + " already",
        "forget those that read no more");
  }
}

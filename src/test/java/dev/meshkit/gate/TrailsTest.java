package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreTx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** G13, G14: the values of a run are found, whatever became of who recorded them. */
class TrailsTest {
  private static final int LAG = 8;

  @TempDir Path directory;
  private Store store;
  private Trails trails;

  @BeforeEach
  void open() throws InterruptedException {
    store = StoreFixture.open(directory);
    start();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** As after the end of a process: nothing that was in memory is left. */
  private void start() throws InterruptedException {
    trails = new Trails(LAG);
    in(trails::open);
  }

  private void in(Consumer<StoreTx> work) throws InterruptedException {
    store.submit(Op.record("test", tx -> done(work, tx))).orThrow();
  }

  private static Unit done(Consumer<StoreTx> work, StoreTx tx) {
    work.accept(tx);
    return Unit.UNIT;
  }

  private void begun(long... rids) throws InterruptedException {
    for (var rid : rids) {
      var run = new RunRow(rid, "c", "", "k" + rid, 1, 1, RunState.OPEN, false);
      in(tx -> RunTable.begin(tx, rid, run, "", 0, trails.begin(tx, rid)));
    }
  }

  private static EffectRow value(int n) {
    return new EffectRow(
            "step",
            n,
            n,
            EffectState.OK,
            Mode.VALUE,
            Bytes.EMPTY,
            Bytes.EMPTY,
            1,
            0,
            "text",
            3,
            0,
            Bytes.EMPTY,
            Bytes.EMPTY)
        .ok(Bytes.utf8("v" + n));
  }

  private boolean add(long rid, int n) throws InterruptedException {
    return store.submit(Op.record("test", tx -> trails.add(tx, rid, value(n), 0))).orThrow();
  }

  private void ended(long rid) throws InterruptedException {
    in(
        tx -> {
          trails.list(tx, rid);
          RunTable.mark(tx, rid, RunState.OPEN, 0, 0);
        });
  }

  /** The places of a run's values, as whoever loads it finds them. */
  private List<Integer> found(long rid) throws InterruptedException {
    var all = new ArrayList<EffectRow>();
    for (var value : store.read(read -> ValueTable.unlisted(read, rid, 0)).orThrow())
      all.add(value.row());
    for (var list : store.read(read -> ValueTable.lists(read, rid)).orThrow())
      for (var value : store.read(read -> ValueTable.some(read, rid, list.ids())).orThrow())
        all.add(value.row());
    for (var row : all) {
      var was = value(row.n());
      assertEquals(was.value(), row.value());
      assertEquals(List.of("step", "text"), List.of(row.step(), row.type()));
      assertEquals(List.of(row.n(), 3), List.of(row.occ(), row.schema()));
      assertTrue(row.isSound() && row.isPlain());
    }
    return all.stream().map(EffectRow::n).sorted().toList();
  }

  private long number(String sql) throws InterruptedException {
    return store.read(read -> read.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }

  private long since(long rid) throws InterruptedException {
    return number("SELECT since FROM run WHERE rid = " + rid);
  }

  private static List<Integer> upTo(int n) {
    return IntStream.rangeClosed(1, n).boxed().toList();
  }

  @Test
  void valuesAreFoundWhileTheirRunIsExecutedAndAfterIt() throws Exception {
    begun(1, 2);
    for (var n = 1; n <= 3; n++) for (var rid = 1; rid <= 2; rid++) assertTrue(add(rid, n));
    assertEquals(upTo(3), found(1));
    assertEquals(0, number("SELECT count(*) FROM run_value"));
    ended(1);
    assertEquals(upTo(3), found(1));
    assertEquals(0, since(1));
    assertEquals(1, number("SELECT count(*) FROM run_value"));
    assertTrue(since(2) > 0);
    assertEquals(upTo(3), found(2));
  }

  @Test
  void aRunThatGoesOnHasAListForEachTime() throws Exception {
    begun(1);
    assertTrue(add(1, 1));
    ended(1);
    assertFalse(add(1, 1), "it is there");
    assertTrue(add(1, 2));
    assertEquals(upTo(2), found(1));
    ended(1);
    assertEquals(upTo(2), found(1));
    assertEquals(2, number("SELECT count(*) FROM run_value"));
  }

  /** A step that was left behind may be done after what came later in its run. */
  @Test
  void anEarlierPlaceMayBeTakenLater() throws Exception {
    begun(1);
    assertTrue(add(1, 2));
    assertTrue(add(1, 1));
    assertFalse(add(1, 2));
    ended(1);
    assertTrue(add(1, 3));
    assertEquals(upTo(3), found(1));
  }

  @Test
  void whatStandsInAPlaceIsToldWhereverItIs() throws Exception {
    begun(1);
    add(1, 1);
    ended(1);
    add(1, 2);
    in(
        tx -> {
          trails.add(tx, 1, value(3), 0);
          for (var n = 1; n <= 3; n++) assertEquals(n, trails.standing(tx, 1, n).orElseThrow().n());
          assertTrue(trails.standing(tx, 1, 4).isEmpty());
          assertFalse(trails.take(tx, 1, 3));
          assertTrue(trails.take(tx, 1, 4));
          assertFalse(trails.add(tx, 1, value(4), 0), "a failure stands there");
        });
  }

  @Test
  void aTransactionThatIsGoneLeavesNothing() throws Exception {
    begun(1);
    add(1, 1);
    for (var wasListed = 0; wasListed < 2; wasListed++) {
      var gone =
          store.submit(
              Op.record(
                  "test",
                  tx -> {
                    trails.begin(tx, 9);
                    trails.add(tx, 1, value(2), 0);
                    trails.list(tx, 1);
                    trails.add(tx, 1, value(3), 0);
                    throw new IllegalStateException("it does not fit");
                  }));
      assertFalse(gone.isOk());
      assertEquals(upTo(1), found(1));
      assertEquals(wasListed == 0, since(1) > 0);
      ended(1);
      assertEquals(upTo(1), found(1));
    }
    assertTrue(add(1, 2));
    assertTrue(add(1, 3));
    assertEquals(upTo(3), found(1));
    begun(9);
    assertTrue(add(9, 1), "no trail of 9 was left");
  }

  /** Nobody looks for a run's values among more than so many others. */
  @Test
  void whoGoesOnForLongHasListsWrittenMeanwhile() throws Exception {
    begun(1, 2);
    assertTrue(add(2, 1)); // and no more
    for (var n = 1; n <= 5 * LAG; n++) {
      assertTrue(add(1, n));
      assertTrue(since(1) > 0 && number("SELECT max(id) FROM effect_value") - since(1) <= LAG);
    }
    assertTrue(number("SELECT count(*) FROM run_value WHERE rid = 1") > 2);
    assertEquals(upTo(5 * LAG), found(1));
    assertEquals(0, since(2));
    assertEquals(upTo(1), found(2));
    ended(1);
    assertEquals(upTo(5 * LAG), found(1));
  }

  @Test
  void whatADeadProcessWasExecutingIsListedAtTheNextStart() throws Exception {
    begun(1, 2, 3);
    for (var n = 1; n <= 3; n++) for (var rid = 1; rid <= 3; rid++) add(rid, n);
    ended(3);
    start();
    for (var rid = 1; rid <= 3; rid++) {
      assertEquals(upTo(3), found(rid));
      assertEquals(0, since(rid));
      assertFalse(add(rid, 3));
      assertTrue(add(rid, 4));
    }
    start();
    for (var rid = 1; rid <= 3; rid++) assertEquals(upTo(4), found(rid));
  }

  @Test
  void aValueOfNothingIsOneToo() throws Exception {
    begun(1);
    var nothing = value(1).ok(Bytes.EMPTY);
    in(tx -> assertTrue(trails.add(tx, 1, nothing, 0)));
    var found = store.read(read -> ValueTable.unlisted(read, 1, 0)).orThrow();
    assertEquals(Bytes.EMPTY, found.getFirst().row().value());
    assertTrue(found.getFirst().row().isSound());
  }

  /** What an outlived execution still had to write comes after the end, which it cannot undo. */
  @Test
  void aValueThatComesAfterTheEndIsListedAtOnce() throws Exception {
    begun(1);
    add(1, 1);
    in(
        tx -> {
          trails.list(tx, 1);
          RunTable.mark(tx, 1, RunState.DONE, 0, 0);
        });
    assertTrue(add(1, 2));
    assertEquals(0, since(1));
    assertEquals(upTo(2), found(1));
    start();
    assertEquals(upTo(2), found(1));
    in(tx -> assertEquals(2, ValueTable.clear(tx, 1, 100)));
    assertEquals(0, number("SELECT count(*) FROM effect_value"));
  }

  /** Nobody reads a list that is longer than a page, however long its run is. */
  @Test
  void longListsAreCut() throws Exception {
    trails = new Trails(Trails.LAG);
    in(trails::open);
    begun(1);
    in(tx -> IntStream.rangeClosed(1, 600).forEach(n -> trails.add(tx, 1, value(n), 0)));
    ended(1);
    assertEquals(upTo(600), found(1));
    assertEquals(256, number("SELECT max(json_array_length(ids)) FROM run_value"));
  }

  @Test
  void whatIsKeptNoLongerGoesListByList() throws Exception {
    begun(1, 2);
    for (var n = 1; n <= 10; n++) {
      add(1, n);
      if (n % 4 == 0) ended(1);
    }
    ended(1);
    add(2, 1);
    ended(2);
    var cleared = new ArrayList<Integer>();
    for (var i = 0; i < 4; i++) in(tx -> cleared.add(ValueTable.clear(tx, 1, 3)));
    assertEquals(List.of(3, 3, 3, 1), cleared);
    assertEquals(0, number("SELECT count(*) FROM run_value WHERE rid = 1"));
    assertEquals(1, number("SELECT count(*) FROM effect_value"));
    assertEquals(upTo(1), found(2));
  }
}

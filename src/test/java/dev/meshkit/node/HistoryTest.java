package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Unit;
import dev.meshkit.config.HistoryConfig;
import dev.meshkit.control.EventQuery;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Reading;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O27: events survive, stay within limits, and are read back as they were given. */
class HistoryTest {
  private static final NodeId SELF = NodeId.of("eu", "n1");

  @TempDir Path dir;

  private final AtomicReference<Instant> wall =
      new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(options()).orThrow();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anEventIsReadBackWhole() throws InterruptedException {
    var history = new History(store, wall::get, HistoryConfig.defaults());
    var seen =
        NodeEvent.warn("leader.lost", "eu/n1", "eu/n1 no longer leads region/eu")
            .of("region/eu", 7)
            .because("LAPSE")
            .coded("MK-ELE-001")
            .with(Map.of("gap", "1 s", "note", "a=b"));
    history.accept(seen);
    var items = awaitItems(1);
    var item = items.getFirst();
    assertEquals("leader.lost", item.getType());
    assertEquals(EventItem.Severity.WARN, item.getSeverity());
    assertEquals("region/eu", item.getScope());
    assertEquals(7, item.getTerm());
    assertEquals("LAPSE", item.getCause());
    assertEquals("MK-ELE-001", item.getCode());
    assertEquals(Map.of("gap", "1 s", "note", "a=b"), item.getDataMap());
    assertEquals(wall.get().getEpochSecond(), item.getAt().getSeconds());
  }

  @Test
  void theOldestRowsGoFirstAndNumbersAreNotReused() throws InterruptedException {
    var history = new History(store, wall::get, HistoryConfig.defaults().withEventRows(100));
    for (var i = 0; i < 250; i++) history.accept(NodeEvent.info("member.joined", "n" + i, "text"));
    Awaitility.await().untilAsserted(() -> assertEquals("n249", last(page()).getSubject()));
    var items = page();
    assertEquals(100, items.size());
    assertEquals("n150", items.getFirst().getSubject());
    assertEquals(250, last(items).getSeq());
  }

  /** Q9 More events than a page are read a page at a time, and whole. */
  @Test
  void manyEventsAreReadInPages() throws InterruptedException {
    var event = NodeEvent.info("member.joined", "n", "text");
    store
        .submit(
            Op.record(
                "fill",
                tx -> {
                  for (var i = 0; i < 1_200; i++) EventTable.add(tx, wall.get(), event);
                  return Unit.UNIT;
                }))
        .orThrow();
    var first = read(r -> EventTable.page(r, 0, Instant.EPOCH, "*", 1_100));
    assertEquals(LongStream.rangeClosed(1, 1_100).boxed().toList(), first);
    var newest = read(r -> EventTable.newest(r, Instant.EPOCH, "*", 1_100));
    assertEquals(LongStream.rangeClosed(101, 1_200).boxed().toList(), newest);
    assertEquals(1_200, read(r -> EventTable.page(r, 0, Instant.EPOCH, "*", 10_000)).size());
    assertEquals(1_200, read(r -> EventTable.newest(r, Instant.EPOCH, "*", 10_000)).size());
  }

  private List<Long> read(Function<Reading, List<EventTable.Row>> look)
      throws InterruptedException {
    return store.read(look).orThrow().stream().map(EventTable.Row::seq).toList();
  }

  @Test
  void whatIsTooOldGoesWhenSomethingNewComes() throws InterruptedException {
    var day = HistoryConfig.defaults().withEventAge(Duration.ofDays(1));
    var history = new History(store, wall::get, day);
    history.accept(NodeEvent.info("member.joined", "old", "text"));
    awaitItems(1);
    wall.updateAndGet(at -> at.plus(Duration.ofDays(2)));
    history.accept(NodeEvent.info("member.joined", "new", "text"));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(List.of("new"), page().stream().map(EventItem::getSubject).toList()));
  }

  @Test
  void eventsSurviveARestartAndAFollowerMissesNone() throws InterruptedException {
    new History(store, wall::get, HistoryConfig.defaults())
        .accept(NodeEvent.info("node.ready", "eu/n1", "first life"));
    var first = last(awaitItems(1)).getSeq();
    store.close();
    store = Store.open(options()).orThrow();
    new History(store, wall::get, HistoryConfig.defaults())
        .accept(NodeEvent.info("node.ready", "eu/n1", "second life"));
    awaitItems(2);
    var after = desk().events(new EventQuery(Instant.EPOCH, first, "node.*", 10)).orThrow();
    assertEquals(List.of("second life"), after.stream().map(EventItem::getText).toList());
  }

  @Test
  void whatCannotBeKeptIsCounted() {
    var history = new History(store, wall::get, HistoryConfig.defaults());
    store.close();
    history.accept(NodeEvent.info("member.joined", "late", "text"));
    assertTrue(history.dropped() > 0);
  }

  private List<EventItem> awaitItems(int count) throws InterruptedException {
    Awaitility.await().untilAsserted(() -> assertEquals(count, page().size()));
    return page();
  }

  private List<EventItem> page() throws InterruptedException {
    return desk().events(new EventQuery(Instant.EPOCH, 0, "*", 1_000)).orThrow();
  }

  private EventDesk desk() {
    return new EventDesk(store, SELF);
  }

  private static EventItem last(List<EventItem> items) {
    return items.getLast();
  }

  private StoreOptions options() {
    return StoreOptions.of(dir, "mesh", Clocks.system(), Chance.seeded(1));
  }
}

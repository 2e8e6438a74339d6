package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a node begins that holds no record of a scope. */
class JoiningTest {
  private static final Scope EU = Scope.region("eu");
  private static final Bytes STORE = Bytes.of(new byte[16]);
  private static final Life LIFE = new Life(1, 42);
  private static final ScopeRecord RECORD =
      new ScopeRecord(
          new RecordId(7, 3),
          Content.of(
              2,
              Bytes.utf8("born"),
              Duration.ofSeconds(2),
              Content.RHO_PPM,
              List.of(Seat.configured(NodeId.of("eu", "a")))));

  private static Joining hear(Scope scope, int generation, Frame.Message message) {
    var header = new Header(scope, generation, Bytes.utf8("born"), 7, RECORD.id(), STORE);
    return Joining.hear(EU, STORE, LIFE, new Frame(header, message));
  }

  /** What it says of itself is older than anything: whoever hears it shows a committed record. */
  private static Joining asking() {
    var none = new Header(EU, 0, Bytes.EMPTY, 0, new RecordId(0, 0), STORE, LIFE);
    return new Joining.Ask(new Frame(none, new Frame.RecordGet(RECORD.id())));
  }

  @Test
  void aCommittedRecordIsOneToBeginWith() {
    assertEquals(new Joining.Begin(RECORD), hear(EU, 2, new Frame.RecordPut(RECORD, true)));
  }

  @Test
  void anUncommittedOneOrOneOfAnotherGenerationIsNot() {
    assertEquals(asking(), hear(EU, 2, new Frame.RecordPut(RECORD, false)));
    assertEquals(asking(), hear(EU, 1, new Frame.RecordPut(RECORD, true)));
  }

  @Test
  void aLeadersBeatIsAnsweredByAQuestion() {
    var hash = RECORD.content().hash();
    var beat = new Frame.Beat(1, 0, Duration.ofMillis(600), hash, RECORD.id());
    assertEquals(asking(), hear(EU, 2, beat));
  }

  @Test
  void twoThatHaveNothingLeaveEachOtherAlone() {
    assertEquals(
        new Joining.Nothing(), hear(EU, Joining.NONE, new Frame.RecordGet(new RecordId(0, 0))));
    assertEquals(new Joining.Nothing(), hear(Scope.GLOBAL, 2, new Frame.RecordPut(RECORD, true)));
  }

  /** A store that begins with a later record has closed that record's term, not the first. */
  @Test
  void theTermOfTheRecordIsWhereItBegins() {
    assertEquals(
        new Durable(7, NodeId.NOBODY, RECORD, RECORD, Duration.ofSeconds(2)),
        Durable.fresh(RECORD));
  }
}

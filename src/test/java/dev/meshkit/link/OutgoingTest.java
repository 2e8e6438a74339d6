package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.link.Outgoing.Kept;
import dev.meshkit.link.Outgoing.Offered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T33: at the bound the latest of a key stays, and the oldest frame goes, counted. */
@Timeout(60)
class OutgoingTest {
  private final Outgoing out = new Outgoing();

  @Test
  void aFrameReplacesTheWaitingOneOfItsKeyInItsPlace() throws InterruptedException {
    offer("beat", "1");
    offer("vote", "2");
    offer("beat", "3");
    out.close();
    assertEquals(List.of("3", "2"), drained());
  }

  @Test
  void framesWithoutAKeyAllWaitInOrder() throws InterruptedException {
    offer("", "1");
    offer("", "2");
    out.close();
    assertEquals(List.of("1", "2"), drained());
  }

  /** Whatever a key looks like, only a frame of the same one is replaced. */
  @Test
  void aKeyIsNeverTakenForAFrameWithoutOne() throws InterruptedException {
    offer("", "1");
    offer("#0", "2");
    var next = new Outgoing();
    next.offer("#0", Bytes.utf8("3"));
    out.moveTo(next);
    next.close();
    assertEquals(List.of("1", "3"), drained(next));
  }

  @Test
  void beyondTheMostFramesTheOldestGoes() throws InterruptedException {
    for (var i = 0; i < Outgoing.MAX_FRAMES; i++) {
      assertEquals(new Offered(true, 0), offer("", "" + i));
    }
    assertEquals(new Offered(true, 1), offer("", "last"));
    out.close();
    var all = drained();
    assertEquals(Outgoing.MAX_FRAMES, all.size());
    assertEquals("1", all.getFirst());
    assertEquals("last", all.getLast());
  }

  @Test
  void beyondTheMostBytesTheOldestGoButNeverTheNewest() {
    var half = Bytes.of(new byte[Outgoing.MAX_BYTES / 2]);
    assertEquals(new Offered(true, 0), out.offer("", half));
    assertEquals(new Offered(true, 0), out.offer("", half));
    assertEquals(new Offered(true, 1), out.offer("", Bytes.utf8("x")));
    var huge = Bytes.of(new byte[Outgoing.MAX_BYTES + 1]);
    assertEquals(new Offered(true, 2), out.offer("", huge));
  }

  @Test
  void aReplacedFramesBytesAreGivenBack() {
    var half = Bytes.of(new byte[Outgoing.MAX_BYTES / 2]);
    for (var i = 0; i < 10; i++) assertEquals(new Offered(true, 0), out.offer("same", half));
  }

  @Test
  void afterTheCloseNothingIsTaken() throws InterruptedException {
    out.close();
    assertEquals(new Offered(false, 0), offer("", "late"));
    assertFalse(out.awaitTurn());
  }

  @Test
  void whoOffersTakesOnlyWhileTheWriterHasNothingToDo() throws InterruptedException {
    offer("", "1");
    assertEquals(Optional.empty(), out.grab(), "the writer has it first");
    assertTrue(out.awaitTurn());
    assertEquals("1", text(out.next()));
    var writer = new Writer();
    offer("", "2");
    assertEquals("2", text(out.grab()));
    offer("", "3");
    assertEquals(Optional.empty(), out.grab(), "one at a time");
    out.stall(); // who grabbed will see for itself
    out.release();
    assertEquals("3", text(out.grab()));
    out.release();
    offer("", "4");
    out.stall();
    assertEquals("4", text(writer.result()));
    offer("", "5");
    assertEquals(Optional.empty(), out.grab(), "the stream does not keep up");
  }

  @Test
  void theCloseWaitsForWhatIsBeingSent() throws InterruptedException {
    var writer = new Writer();
    offer("", "1");
    offer("", "2");
    assertEquals("1", text(out.grab()));
    out.close();
    writer.awaitParked();
    assertEquals(Optional.empty(), out.grab());
    out.release();
    assertEquals("2", text(writer.result()));
    assertFalse(out.awaitTurn());
  }

  /** T33, T34: at a hand-over too the latest of a key counts, whichever stream it was said on. */
  @Test
  void whatMovesComesBeforeWhatWaitsAndNeverInThePlaceOfALaterOne() throws InterruptedException {
    // given a successor to which somebody has offered before all has moved there
    offer("beat", "old");
    offer("vote", "1");
    offer("", "rumour");
    var next = new Outgoing();
    next.offer("", Bytes.utf8("later rumour"));
    next.offer("beat", Bytes.utf8("new"));
    // when the rest moves
    assertEquals(0, out.moveTo(next));
    // then each waits once, the older first
    next.close();
    assertEquals(List.of("1", "rumour", "later rumour", "new"), drained(next));
    assertEquals(0, out.bytes() + next.bytes());
    assertEquals(new Offered(false, 0), offer("", "late"));
  }

  @Test
  void whatFindsNoRoomWhereItMovesIsTheOldestAndCounted() throws InterruptedException {
    offer("", "oldest");
    offer("", "old");
    var next = new Outgoing();
    for (var i = 1; i < Outgoing.MAX_FRAMES; i++) next.offer("", Bytes.utf8("" + i));
    assertEquals(1, out.moveTo(next));
    next.close();
    assertEquals("old", drained(next).getFirst());
  }

  @Test
  @Timeout(20)
  void whatMovesToAWriterThatWaitsIsTaken() throws InterruptedException {
    offer("", "1");
    var next = new Outgoing();
    var writer = new Writer(next);
    out.moveTo(next);
    assertEquals("1", text(writer.result()));
  }

  /** T34: what a call that is over did not take goes where the rest has gone, and first. */
  @Test
  void whatIsTakenBackIsTheOldestAgainUnlessALaterOfItsKeyWaits() throws InterruptedException {
    offer("", "1");
    offer("beat", "old");
    var first = out.next().orElseThrow();
    var beat = out.next().orElseThrow();
    offer("beat", "new");
    offer("", "2");
    out.close(); // takes nothing new, but this
    assertEquals(new Offered(true, 0), out.takeBack(beat));
    assertEquals(new Offered(true, 0), out.takeBack(first));
    assertEquals(List.of("1", "new", "2"), drained());
  }

  @Test
  void whatIsTakenBackWhenTheRestHasGoneIsNotTaken() {
    offer("", "1");
    offer("", "2");
    var next = new Outgoing();
    var first = out.next().orElseThrow();
    assertFalse(out.isOver());
    assertEquals(0, out.moveTo(next));
    assertTrue(out.isOver());
    assertEquals(new Offered(false, 0), out.takeBack(first));
    assertEquals(new Offered(true, 0), next.takeBack(first));
    assertEquals(2, next.discard());
    assertEquals(new Offered(false, 0), next.takeBack(first));
    assertEquals(0, next.bytes());
  }

  /** Takes once; made when it waits. */
  private final class Writer {
    private final AtomicReference<Optional<Kept>> taken = new AtomicReference<>();
    private final Outgoing out;
    private final Thread thread;

    Writer() {
      this(OutgoingTest.this.out);
    }

    Writer(Outgoing out) {
      this.out = out;
      thread = Thread.ofVirtual().start(this::take);
      awaitParked();
    }

    private void take() {
      try {
        taken.set(out.awaitTurn() ? out.next() : Optional.empty());
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    }

    void awaitParked() {
      await().until(() -> thread.getState() == Thread.State.WAITING);
    }

    Optional<Kept> result() throws InterruptedException {
      thread.join();
      return taken.get();
    }
  }

  private Offered offer(String key, String text) {
    return out.offer(key, Bytes.utf8(text));
  }

  private static String text(Optional<Kept> frame) {
    return frame.orElseThrow().frame().utf8();
  }

  private List<String> drained() throws InterruptedException {
    return drained(out);
  }

  private static List<String> drained(Outgoing out) throws InterruptedException {
    var all = new ArrayList<String>();
    while (out.awaitTurn()) all.add(text(out.next()));
    return all;
  }
}

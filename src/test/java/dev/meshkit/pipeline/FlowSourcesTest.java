package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the ending of a flow treats what the flow comes from. */
class FlowSourcesTest {
  private static Inlet<Integer> filled() {
    var inlet = Inlet.<Integer>bounded("filled", 4);
    for (var i = 0; i < 4; i++) assertTrue(inlet.offer(i));
    return inlet;
  }

  /** P32, P35: every ending closes what it read, also one that stops early. */
  @Test
  void anEndingClosesItsSource() throws Exception {
    var stopped = filled();
    Results.forEach(stopped.source().stream(), _ -> Given.err("enough"));
    assertTrue(stopped.isClosed());
    var poured = filled();
    var closed = Inlet.<Integer>bounded("closed", 1);
    closed.close();
    Results.into(poured.source().stream(), closed);
    assertTrue(poured.isClosed());
    var settled = filled();
    assertThrows(
        InterruptedException.class,
        () ->
            Results.forEachSettled(
                settled.source().stream(),
                (_, _) -> {
                  throw new InterruptedException("enough");
                }));
    assertTrue(settled.isClosed());
    var streamed = filled();
    streamed.source().stream().close();
    assertTrue(streamed.isClosed());
    assertFalse(filled().isClosed());
  }

  /** P35: interrupted while there is no room, what was pulled comes back, the interrupt stays. */
  @Test
  void intoKeepsItsInterrupt() {
    var full = filled();
    Thread.currentThread().interrupt();
    var poured = Results.into(IntStream.range(0, 3).mapToObj(Result::ok), full);
    assertTrue(Thread.interrupted());
    assertEquals(new Poured<>(0, List.of(Result.ok(0))), poured);
    assertFalse(full.isClosed());
  }

  /** P20: a source that has ended is not asked again. */
  @Test
  void whatHasEndedIsNotAskedAgain() throws Exception {
    var asked = new AtomicInteger();
    Source<Integer> source =
        Source.pull(
            _ -> {
              asked.incrementAndGet();
              return new Source.Next.Ended<>();
            });
    for (var i = 0; i < 3; i++) {
      assertInstanceOf(Source.Next.Ended.class, source.take(Duration.ZERO));
    }
    assertEquals(1, asked.get());
  }

  /** P31: in parallel the collectors give what they give in sequence. */
  @Test
  void collectorsCombine() {
    var flow =
        IntStream.range(0, 10_000)
            .mapToObj(i -> i % 100 == 7 ? Given.<Integer>err("e" + i) : Result.ok(i))
            .toList();
    var oks = flow.stream().filter(Result::isOk).toList();
    assertEquals(
        oks.stream().collect(Results.collect()), oks.parallelStream().collect(Results.collect()));
    assertEquals(Result.ok(9_900L), flow.parallelStream().collect(Results.ignore()));
    assertEquals(
        flow.stream().collect(Results.aggregate()),
        flow.parallelStream().collect(Results.aggregate()));
    assertEquals(
        flow.stream().collect(Results.partition(i -> i < 50)),
        flow.parallelStream().collect(Results.partition(i -> i < 50)));
  }

  /** P22: a merge has at most 64 sources. */
  @Test
  void aMergeHasOnlySoManySources() {
    List<Source<Integer>> sources = Collections.nCopies(65, filled().source());
    assertThrows(
        IllegalStateException.class, () -> Merge.weighted(sources, Collections.nCopies(65, 1)));
  }
}

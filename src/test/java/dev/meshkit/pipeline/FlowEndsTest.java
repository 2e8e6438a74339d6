package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P37, P29: whatever ends a flow, what it had in flight has ended with it. */
@Timeout(60) // what is left hanging here is held for ever
class FlowEndsTest {
  private final ConcurrentLinkedQueue<Thread> calls = new ConcurrentLinkedQueue<>();
  private final CountDownLatch begun = new CountDownLatch(4);

  /** Four at once: the first succeeds when the others have begun, and those never end. */
  private Result<Integer> mapped(int number) throws InterruptedException {
    calls.add(Thread.currentThread());
    begun.countDown();
    begun.await();
    if (number > 0) new CountDownLatch(1).await();
    return Result.ok(number);
  }

  private Stream<Result<Integer>> flow() {
    return IntStream.range(0, 10)
        .mapToObj(Result::ok)
        .gather(Results.<Integer, Integer>mapConcurrent(4, this::mapped));
  }

  /** The same, of which what is upstream breaks at the fifth element. */
  private Stream<Result<Integer>> breaking() {
    return IntStream.range(0, 10)
        .mapToObj(
            i -> {
              if (i == 4) throw brokenOnceAllHaveBegun();
              return Result.ok(i);
            })
        .gather(Results.<Integer, Integer>mapConcurrent(8, this::mapped));
  }

  private IllegalStateException brokenOnceAllHaveBegun() {
    try {
      begun.await();
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
    return new IllegalStateException("upstream");
  }

  private void allHaveEnded() {
    assertEquals(4, calls.size());
    noneIsAlive();
  }

  private void noneIsAlive() {
    assertEquals(List.of(), calls.stream().filter(Thread::isAlive).toList());
  }

  /** P37: the handler of forEach refuses. */
  @Test
  void aRefusalEndsThem() throws Exception {
    assertEquals(Given.err("no"), Results.forEach(flow(), _ -> Given.err("no")));
    allHaveEnded();
  }

  /** P37: the same where another flow was to follow it. */
  @Test
  void aRefusalEndsThemWhereTwoFlowsAreJoined() throws Exception {
    var joined = Stream.concat(flow(), Stream.of(Result.ok(-1)));
    assertEquals(Given.err("no"), Results.forEach(joined, _ -> Given.err("no")));
    noneIsAlive(); // it reads ahead, so that a fifth may have begun
  }

  /** P37: the handler of forEach throws, or is interrupted by itself: that comes out as it is. */
  @Test
  void anExceptionEndsThem() {
    var bug = new IllegalStateException("bug");
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Results.forEach(
                    flow(),
                    _ -> {
                      throw bug;
                    }));
    assertEquals(bug, thrown);
    allHaveEnded();
  }

  /** P37: the handler of forEachSettled is interrupted; its element is undone. */
  @Test
  void anInterruptionEndsThem() {
    var undone = new ConcurrentLinkedQueue<Integer>();
    var cancelled = new InterruptedException("mine");
    var thrown =
        assertThrows(
            InterruptedException.class,
            () ->
                Results.forEachSettled(
                    flow(),
                    (i, undo) -> {
                      undo.onFailure("undo", () -> undone.add(i));
                      throw cancelled;
                    }));
    assertEquals(cancelled, thrown);
    assertEquals(List.of(0), List.copyOf(undone));
    allHaveEnded();
  }

  /** P37: the inlet is closed; what was pulled and did not fit comes back. */
  @Test
  void aClosedInletEndsThem() {
    var inlet = Inlet.<Integer>bounded("closed", 1);
    inlet.close();
    assertEquals(new Poured<>(0, List.of(Result.ok(0))), Results.into(flow(), inlet));
    allHaveEnded();
  }

  /** P37: what is upstream of them throws, of which no gatherer is told. */
  @Test
  void aBrokenUpstreamEndsThem() {
    assertThrows(IllegalStateException.class, () -> Results.forEach(breaking(), _ -> Result.ok()));
    allHaveEnded();
  }

  /** P37: they are in an inner stream, of which only one element is wanted. */
  @Test
  void theEndOfAnInnerStreamEndsThem() {
    var first =
        Stream.of(Result.ok(1))
            .gather(Results.<Integer, Integer>flatMap(_ -> flow()))
            .limit(1)
            .toList();
    assertEquals(List.of(Result.ok(0)), first);
    allHaveEnded();
  }

  /** P29: an interrupted caller leaves none of them behind. */
  @Test
  void theCallersInterruptionEndsThem() throws Exception {
    var came = new ConcurrentLinkedQueue<Result<Integer>>();
    Cases.On<Integer, Integer> endless =
        i -> {
          calls.add(Thread.currentThread());
          begun.countDown();
          new CountDownLatch(1).await();
          return Result.ok(i);
        };
    var ended = new ConcurrentLinkedQueue<Boolean>();
    var caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  IntStream.range(0, 4)
                      .mapToObj(Result::ok)
                      .gather(Results.<Integer, Integer>mapConcurrent(4, endless))
                      .forEach(came::add);
                  calls.forEach(call -> ended.add(!call.isAlive()));
                });
    begun.await();
    caller.interrupt();
    caller.join();
    assertEquals(List.of(true, true, true, true), List.copyOf(ended));
    assertEquals("error.canceled", AllTest.error(came.remove()).code());
  }

  /** P29: nothing is begun for a downstream that wants nothing. */
  @Test
  void nothingIsBegunForNobody() {
    assertEquals(List.of(), flow().limit(0).toList());
    var mapped = flow().gather(Results.<Integer, Integer>flatMap(i -> Stream.of(Result.ok(i))));
    assertEquals(List.of(), mapped.limit(0).toList());
    assertEquals(0, calls.size());
  }

  /**
   * P29: after an error of the flow nothing is pulled or begun; what was before it is handed on.
   */
  @Test
  void nothingIsBegunAfterAnError() {
    var pulled = new ConcurrentLinkedQueue<Integer>();
    var came =
        IntStream.range(0, 10)
            .peek(pulled::add)
            .mapToObj(i -> i == 2 ? Given.<Integer>err("two") : Result.ok(i))
            .gather(
                Results.<Integer, Integer>mapConcurrent(
                    8,
                    i -> {
                      calls.add(Thread.currentThread());
                      return Result.ok(10 * i);
                    }))
            .toList();
    assertEquals(List.of(Result.ok(0), Result.ok(10), Given.err("two")), came);
    assertEquals(List.of(0, 1, 2), List.copyOf(pulled));
    assertEquals(2, calls.size());
    noneIsAlive();
  }

  /** P10: the deadline reaches the calls of mapConcurrent: a timeout there only shortens it. */
  @Test
  void theDeadlineReachesThem() throws Exception {
    Step<Integer> look =
        Step.of(
            () ->
                Stream.of(Result.ok(1))
                    .gather(
                        Results.<Integer, Integer>mapConcurrent(
                            2, _ -> Result.ok(Deadline.current().hashCode())))
                    .toList()
                    .getFirst());
    Step<Boolean> both = undo -> look.run(undo).map(seen -> seen == Deadline.current().hashCode());
    assertEquals(Result.ok(true), dev.meshkit.pipeline.Timeout.of(Duration.ofMinutes(5), both));
    assertEquals(Optional.empty(), Deadline.current());
  }
}

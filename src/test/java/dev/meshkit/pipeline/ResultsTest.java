package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Finite flows. */
class ResultsTest {
  private final AtomicInteger pulled = new AtomicInteger();

  /** 0, 1, an error, 3, 4; what is pulled is counted. */
  private Stream<Result<Integer>> flow() {
    return IntStream.range(0, 5)
        .mapToObj(i -> i == 2 ? Given.<Integer>err("two") : Result.ok(i))
        .peek(_ -> pulled.incrementAndGet());
  }

  /** P28: map and flatMap end at the first Err and pull nothing more; mapEach goes on. */
  @Test
  void mapEndsAtTheFirstErr() {
    assertEquals(
        List.of(Result.ok(0), Result.ok(10), Given.err("two")),
        flow().gather(Results.map(i -> i * 10)).toList());
    assertEquals(3, pulled.get());
    assertEquals(
        List.of(Result.ok(0), Result.ok(0), Result.ok(1), Result.ok(1), Given.err("two")),
        flow().gather(Results.flatMap(i -> Stream.of(Result.ok(i), Result.ok(i)))).toList());
    assertEquals(6, pulled.get());
    var inner = Stream.of(Result.ok(1)).gather(Results.flatMap(_ -> flow())).toList();
    assertEquals(List.of(Result.ok(0), Result.ok(1), Given.err("two")), inner);
    var each = flow().gather(Results.mapEach(i -> i * 10)).toList();
    assertEquals(5, each.size());
    assertEquals(Result.ok(40), each.getLast());
    var odd = flow().gather(Results.filter((Integer i) -> i % 2 == 1)).toList();
    assertEquals(List.of(Result.ok(1), Given.err("two"), Result.ok(3)), odd);
  }

  /** P29: never more than n at once: when nobody can go on, only n have begun. Order kept. */
  @Test
  void mapConcurrentKeepsOrderAndItsBound() throws Exception {
    var begun = new ConcurrentLinkedQueue<Integer>();
    var hold = new CountDownLatch(1);
    var mapped = new ConcurrentLinkedQueue<Result<Integer>>();
    var caller =
        Thread.ofVirtual()
            .start(
                () ->
                    IntStream.range(0, 100)
                        .mapToObj(Result::ok)
                        .gather(
                            Results.<Integer, Integer>mapConcurrent(
                                4,
                                i -> {
                                  begun.add(i);
                                  hold.await();
                                  return Result.ok(-i);
                                }))
                        .forEach(mapped::add));
    Awaitility.await().until(() -> begun.size() >= 4 && Threads.areQuiet());
    assertEquals(Set.of(0, 1, 2, 3), Set.copyOf(begun));
    hold.countDown();
    caller.join();
    var inOrder = IntStream.range(0, 100).mapToObj(i -> Result.ok(-i)).toList();
    assertEquals(inOrder, List.copyOf(mapped));
  }

  /** P29: the first Err interrupts the rest, and the stream goes on only when they have ended. */
  @Test
  void mapConcurrentInterruptsAndAwaitsTheRest() throws Exception {
    var begun = new CountDownLatch(2);
    var interrupted = new AtomicInteger();
    var end = new CountDownLatch(1);
    Cases.On<Integer, Integer> mapping =
        i -> {
          if (i == 0) {
            begun.await();
            return Given.err("zero");
          }
          begun.countDown();
          assertThrows(InterruptedException.class, new CountDownLatch(1)::await);
          interrupted.incrementAndGet();
          end.await();
          return Result.ok(i);
        };
    var out = new ConcurrentLinkedQueue<Result<Integer>>();
    var caller =
        Thread.ofVirtual()
            .start(
                () ->
                    IntStream.range(0, 9)
                        .mapToObj(Result::ok)
                        .gather(Results.mapConcurrent(3, mapping))
                        .forEach(out::add));
    Awaitility.await().until(() -> interrupted.get() == 2 && Threads.areQuiet());
    assertTrue(caller.isAlive(), "it did not wait for those it interrupted");
    end.countDown();
    caller.join();
    assertEquals(List.of(Given.err("zero")), List.copyOf(out));
  }

  /** P29: an interrupted caller gets one Canceled, and no thread is left. */
  @Test
  void mapConcurrentHeedsItsCaller() {
    Thread.currentThread().interrupt();
    var out =
        Stream.of(Result.ok(1))
            .gather(
                Results.<Integer, Integer>mapConcurrent(
                    2,
                    _ -> {
                      new CountDownLatch(1).await();
                      return Result.ok(1);
                    }))
            .toList();
    assertTrue(Thread.interrupted());
    assertEquals("error.canceled", AllTest.error(out.getFirst()).code());
  }

  /** P30: taps see every element of their kind, change none, and survive their own exceptions. */
  @Test
  void tapsOnlyLook() throws Exception {
    var oks = new ArrayList<Integer>();
    var errs = new ArrayList<MeshError>();
    var out = new ArrayList<Result<Integer>>();
    var faults =
        Recorded.during(
            () ->
                flow()
                    .gather(Results.<Integer>tapOk(oks::add))
                    .gather(Results.<Integer>tapErr(errs::add))
                    .gather(Results.<Integer>tapErr(ResultsTest::fault))
                    .forEach(out::add),
            "meshkit.TapFault",
            "thrown");
    assertEquals(flow().toList(), out);
    assertEquals(List.of("java.lang.IllegalStateException: a tap's own"), faults);
    assertEquals(List.of(0, 1, 3, 4), oks);
    assertEquals(List.of(Given.error("two")), errs);
  }

  private static void fault(MeshError seen) {
    throw new IllegalStateException("a tap's own");
  }

  /** P30: the counting tap tells every element by its outcome. */
  @Test
  void theCountingTapCounts() {
    var counts = new TreeMap<String, Integer>();
    Results.Counts counting = (stream, outcome) -> counts.merge(stream + outcome, 1, Integer::sum);
    assertEquals(5, flow().gather(Results.<Integer>count(counting, "test ")).count());
    assertEquals(Map.of("test OK", 4, "test ERR", 1), counts);
  }

  /** P31, P27: on 1,000 seeded streams what plain loops give. */
  @Test
  void endingsAgreeWithPlainLoops() {
    Rounds.of(
        1_000,
        chance -> {
          var flow = new ArrayList<Result<Integer>>();
          var errors = chance.nextInt(8); // in 8: from none at all to nearly all
          for (var i = chance.nextInt(100); i > 0; i--) {
            flow.add(
                chance.nextInt(8) < errors ? Given.err("e" + i) : Result.ok(chance.nextInt(100)));
          }
          agrees(flow, 1 + chance.nextInt(5));
        });
  }

  private static void agrees(List<Result<Integer>> flow, int size) {
    var values = new ArrayList<Integer>();
    var errors = new ArrayList<MeshError>();
    for (var one : flow) {
      if (one instanceof Result.Ok<Integer>(var value)) values.add(value);
      if (one instanceof Result.Err<Integer>(var error)) errors.add(error);
    }
    var count = (long) values.size();
    var whole = errors.isEmpty();
    assertEquals(
        whole ? Result.ok(count) : Result.err(errors.getFirst()),
        flow.stream().collect(Results.failFast()));
    assertEquals(Result.ok(count), flow.stream().collect(Results.ignore()));
    Result<Long> aggregate =
        switch (errors.size()) {
          case 0 -> Result.ok(count);
          case 1 -> Result.err(errors.getFirst());
          default -> Result.err(all(errors));
        };
    assertEquals(aggregate, flow.stream().collect(Results.aggregate()));
    assertEquals(whole ? Result.ok(values) : aggregate, flow.stream().collect(Results.collect()));
    assertEquals(
        new Partition<>(
            values.stream().filter(i -> i < 50).toList(),
            values.stream().filter(i -> i >= 50).toList(),
            errors),
        flow.stream().collect(Results.partition(i -> i < 50)));
    assertEquals(WindowTest.model(flow, size), flow.stream().gather(Results.window(size)).toList());
  }

  private static MeshError all(List<MeshError> errors) {
    var listed = new MeshError.Aggregate(errors.stream().limit(64).toList());
    return errors.size() <= 64 ? listed : listed.with("errors", Integer.toString(errors.size()));
  }

  /** P32, T5: forEachSettled handles every element though some fail; forEach stops at the first. */
  @Test
  void oneBadItemNeedNotStopTheFlow() throws Exception {
    var handled = new ArrayList<Integer>();
    assertEquals(Given.err("two"), Results.forEach(flow(), i -> Result.ok(handled.add(i))));
    assertEquals(List.of(0, 1), handled);
    var undone = new ArrayList<Integer>();
    var settled =
        Results.forEachSettled(
            flow(),
            (i, undo) -> {
              undo.onFailure("undo", () -> undone.add(i));
              return i == 3 ? Given.err("three") : Result.ok(i);
            });
    assertEquals(new Settled(3, 2, List.of(Given.error("two"), Given.error("three"))), settled);
    assertEquals(List.of(3), undone);
  }

  /** P35: into waits for room, leaves the inlet open, and gives back what did not fit. */
  @Test
  void whatDoesNotFitComesBack() {
    var inlet = Inlet.<Integer>bounded("one", 10);
    assertEquals(new Poured<>(5, List.of()), Results.into(flow(), inlet));
    assertTrue(inlet.offer(9));
    inlet.close();
    assertEquals(new Poured<>(0, List.of(Result.ok(0))), Results.into(flow(), inlet));
  }

  /** An interrupted stream of a source is one Canceled, and never passes for a whole one. */
  @Test
  void anInterruptedSourceSaysSo() {
    var inlet = Inlet.<Integer>bounded("one", 10);
    inlet.offer(1);
    Thread.currentThread().interrupt();
    var out = inlet.source().stream().toList();
    assertTrue(Thread.interrupted());
    assertEquals(1, out.size());
    assertEquals("error.canceled", AllTest.error(out.getFirst()).code());
    inlet.close();
    assertEquals(List.of(Result.ok(1)), inlet.source().stream().toList());
  }
}

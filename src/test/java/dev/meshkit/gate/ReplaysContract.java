package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G19, G20, G21: what an effect store promises when a branch is not what it was. */
@Timeout(60)
abstract class ReplaysContract extends EffectContract {
  private static final Bytes IN = Bytes.utf8("input");

  /** What a branch does: letters are steps, in their order; calls count what is done. */
  private record Story(EffectBed bed, AtomicInteger deeds) {
    Result<String> told(String key, String steps) throws InterruptedException {
      return bed.run(
          key,
          run -> {
            var text = new StringBuilder();
            for (var letter : steps.split("")) {
              var result = step(run.effects(), letter);
              if (!result.isOk()) return result;
              text.append(result.orThrow());
            }
            return Result.ok(text.toString());
          });
    }

    private Result<String> step(Effects effects, String letter) throws InterruptedException {
      var step = Step.of(letter.toLowerCase(java.util.Locale.ROOT), ValueType.TEXT);
      if (letter.equals("!")) return Result.err(RunsContract.LATER);
      if (letter.equals("I"))
        return effects.idempotent(step, Bytes.utf8("other"), (_, _) -> done(letter));
      if (letter.equals("i")) return effects.idempotent(step, IN, (_, _) -> done(letter));
      if (letter.equals("B")) return effects.localTx(step, _ -> done(letter).orThrow());
      return effects.value(step, () -> done(letter).orThrow());
    }

    private Result<String> done(String letter) {
      deeds.incrementAndGet();
      return Result.ok(letter);
    }
  }

  /** G19: by mutated branches, each over a run that is open and over one that is done. */
  @Test
  void eachWayNotToFitIsNamedWithoutASideEffect() throws Exception {
    Map<String, String> open = new LinkedHashMap<>();
    open.put("axid!", "RENAMED b x");
    open.put("bacid", "REORDERED a b");
    open.put("acid", "REMOVED b c");
    open.put("aid", "REMOVED b i");
    open.put("aBcid", "MODE b b");
    open.put("abcId", "INPUT i i");
    open.put("abc", "REMOVED i end");
    open.put("abxcid", "RENAMED c x");
    open.put("abcxid", "ADDED i x");
    for (var end : List.of("!", "")) {
      for (var mutant : open.entrySet()) {
        var key = "k" + mutant.getKey() + end.length();
        var deeds = new AtomicInteger();
        var story = new Story(bed, deeds);
        story.told(key, "abci" + end);
        assertEquals(4, deeds.get());
        var before = bed.recorded(key);
        var error = RuleTest.error(story.told(key, mutant.getKey()));
        var expected = mutant.getValue().split(" ");
        assertEquals("error.deterministic.replay", error.code());
        assertEquals(expected[0], error.details().get("kind"), mutant::toString);
        assertTrue(error.details().get("stored").startsWith(expected[1]), error::text);
        var actual = expected[2].equals("end") ? "the end" : expected[2];
        assertTrue(error.details().get("actual").startsWith(actual), error::text);
        assertEquals(4, deeds.get(), mutant::toString);
        assertEquals(before, bed.recorded(key));
        // parked if it was open, and alone: others go on
        assertEquals(end.isEmpty() ? "DONE" : "PARKED", bed.state(key));
        assertTrue(story.told("other" + key, "ab").isOk());
        // and a build that fits goes on
        bed.restart();
        assertEquals(Result.ok("abci"), story.told(key, "abci"));
        assertEquals("DONE", bed.state(key));
      }
    }
    // a step at the end of what is over is one too many
    var story = new Story(bed, new AtomicInteger());
    story.told("over", "ab");
    var error = RuleTest.error(story.told("over", "abc"));
    assertEquals("ADDED", error.details().get("kind"));
    assertEquals(2, story.deeds().get());
  }

  /** G19: whatever the branch does with the refusal, nothing of it follows. */
  @Test
  void afterAMismatchNothingIsDone() throws Exception {
    var story = new Story(bed, new AtomicInteger());
    story.told("k", "abc!");
    var error =
        RuleTest.error(
            bed.run(
                "k",
                run -> {
                  for (var letter : "xyzi".split("")) story.step(run.effects(), letter);
                  story.step(run.effects().strand("s"), "q");
                  return Result.ok("all is well");
                }));
    assertEquals("RENAMED", error.details().get("kind"));
    assertEquals(3, story.deeds().get());
    assertEquals("PARKED", bed.state("k"));
  }

  /** G19, G21 */
  @Test
  void anotherTypeIsNamed() throws Exception {
    bed.run("k", run -> run.effects().value(RunsContract.A, () -> "7"));
    var error =
        RuleTest.error(
            bed.run("k", run -> run.effects().value(Step.of("a", ValueType.NUMBER), () -> 7L)));
    assertEquals("TYPE", error.details().get("kind"));
    assertTrue(error.details().get("stored").contains("text@1"), error::text);
    assertTrue(error.details().get("actual").contains("number@1"), error::text);
  }

  /** G20 */
  @Test
  void twoUnkeyedCapturesAtOnceInOneStrandAreRefused() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var refused = new ArrayList<String>();
    var result =
        bed.run(
            "k",
            run -> {
              var effects = run.effects();
              var first =
                  Thread.ofVirtual()
                      .start(
                          () -> {
                            try {
                              effects.value(
                                  RunsContract.A,
                                  () -> {
                                    inside.countDown();
                                    go.await();
                                    return "first";
                                  });
                            } catch (InterruptedException interrupted) {
                              throw new AssertionError(interrupted);
                            }
                          });
              inside.await();
              var second = RuleTest.error(effects.value(RunsContract.A, () -> "second"));
              refused.add(second.code() + " " + second.details().get("kind"));
              // a strand or a key makes it legal
              effects.strand("s").value(RunsContract.A, () -> "strand").orThrow();
              effects.value(RunsContract.A.key("x"), () -> "key").orThrow();
              go.countDown();
              first.join();
              return effects.value(RunsContract.A, () -> "again");
            });
    assertEquals(List.of("error.deterministic.replay AMBIGUOUS"), refused);
    assertEquals(Result.ok("again"), result);
    assertEquals("DONE", bed.state("k"));
    assertEquals(List.of("a[x] OK 0", "a OK 0", "s/a OK 0", "a OK 0"), bed.recorded("k"));
  }

  private record Point(int x, int y) {}

  private static final ValueType<Integer> OLD =
      ValueType.of(
          "point",
          PayloadCodec.of(
              x -> Integer.toString(x).getBytes(StandardCharsets.UTF_8),
              bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8))));

  private static final ValueType<Point> NEW =
      ValueType.of(
              "point",
              PayloadCodec.of(
                  (Point point) -> (point.x() + "," + point.y()).getBytes(StandardCharsets.UTF_8),
                  bytes -> {
                    var parts = new String(bytes, StandardCharsets.UTF_8).split(",");
                    return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                  }))
          .schema(3);

  /** G21: another class reads it by its logical name, through the upcasters in between. */
  @Test
  void anOlderSchemaPassesItsUpcasters() throws Exception {
    bed.run("k", run -> run.effects().value(Step.of("p", OLD), () -> 4));
    bed.restart();
    var able =
        NEW.from(1, bytes -> Bytes.utf8(bytes.utf8() + ","))
            .from(2, bytes -> Bytes.utf8(bytes.utf8() + "5"));
    assertEquals(
        Result.ok(new Point(4, 5)),
        bed.run("k", run -> run.effects().value(Step.of("p", able), () -> new Point(0, 0))));
    // without them, and from a later one, it does not fit
    for (var unable : List.of(NEW, NEW.from(1, bytes -> bytes))) {
      var error =
          RuleTest.error(
              bed.run(
                  "k", run -> run.effects().value(Step.of("p", unable), () -> new Point(0, 0))));
      assertEquals("TYPE", error.details().get("kind"));
      assertTrue(error.details().get("actual").contains("no upcaster from schema"), error::text);
    }
    bed.run("late", run -> run.effects().value(Step.of("p", able), () -> new Point(1, 2)));
    var error =
        RuleTest.error(bed.run("late", run -> run.effects().value(Step.of("p", OLD), () -> 4)));
    assertEquals("TYPE", error.details().get("kind"));
    assertTrue(error.details().get("actual").contains("schema 3 is newer than 1"), error::text);
  }

  /** G19: what was recorded first in a place stands there, whatever else comes to it. */
  @Test
  void aPlaceHasOneStepWhoeverWritesIt() throws Exception {
    var run = new RunRow(0, "c", "", "k", 1, 1, RunState.OPEN, false);
    var stood =
        bed.effects()
            .ledger()
            .commit(
                "test",
                tx -> {
                  var rid = tx.begin(run, "", true);
                  var written =
                      List.of(
                          tx.put(rid, value("a", 1)),
                          tx.put(rid, value("b", 1)),
                          tx.put(rid, value("b", 2)));
                  assertEquals(List.of(true, false, true), written);
                  return Result.ok(tx.standing(rid, value("b", 1)).orElseThrow().step());
                });
    assertEquals(Result.ok("a"), stood);
  }

  private static EffectRow value(String step, int place) {
    return new EffectRow(
        step,
        1,
        place,
        EffectState.OK,
        Mode.VALUE,
        Bytes.EMPTY,
        Bytes.EMPTY,
        0,
        0,
        "text",
        1,
        EffectRow.crc(IN, Bytes.EMPTY),
        IN,
        Bytes.EMPTY);
  }
}

package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Stages after one another, which become one: as if each were alone. */
class StagesTest {
  private enum Kind {
    MAP,
    MAP_EACH,
    FILTER,
    TAP_OK,
    TAP_ERR
  }

  /** One stage, and a number that makes it unlike its neighbours: their order is seen. */
  private record Stage(Kind kind, int number) {
    int mapped(int value) {
      return value * 3 + number;
    }

    boolean takes(int value) {
      return Math.floorMod(value, number + 2) != 0;
    }

    Stream<Result<Integer>> after(Stream<Result<Integer>> flow, List<String> seen) {
      return switch (kind) {
        case MAP -> flow.gather(Results.map(this::mapped));
        case MAP_EACH -> flow.gather(Results.mapEach(this::mapped));
        case FILTER -> flow.gather(Results.filter(this::takes));
        case TAP_OK -> flow.gather(Results.tapOk(value -> seen.add(number + " " + value)));
        case TAP_ERR -> flow.gather(Results.tapErr(error -> seen.add(number + error.why())));
      };
    }

    /** The same of one element, with nothing but a switch; empty: it is left out. */
    Optional<Result<Integer>> of(Result<Integer> one, List<String> seen) {
      return switch (one) {
        case Result.Ok<Integer>(var value) ->
            switch (kind) {
              case MAP, MAP_EACH -> Optional.of(Result.ok(mapped(value)));
              case FILTER -> takes(value) ? Optional.of(one) : Optional.empty();
              case TAP_OK -> {
                seen.add(number + " " + value);
                yield Optional.of(one);
              }
              case TAP_ERR -> Optional.of(one);
            };
        case Result.Err<Integer>(var error) -> {
          if (kind == Kind.TAP_ERR) seen.add(number + error.why());
          yield Optional.of(one);
        }
      };
    }
  }

  /** P28, P30: 2,000 seeded runs of stages: what comes out, and what each tap saw, in order. */
  @Test
  void aRunOfStagesIsWhatEachAloneWouldBe() {
    Rounds.of(2_000, StagesTest::agrees);
  }

  private static void agrees(RandomGenerator chance) {
    var stages = new ArrayList<Stage>();
    for (var i = 1 + chance.nextInt(5); i > 0; i--) {
      stages.add(new Stage(Kind.values()[chance.nextInt(Kind.values().length)], i));
    }
    var flow = new ArrayList<Result<Integer>>();
    for (var i = chance.nextInt(12); i > 0; i--) {
      flow.add(chance.nextInt(6) == 0 ? Given.err("e" + i) : Result.ok(chance.nextInt(100)));
    }
    var seen = new ArrayList<String>();
    Stream<Result<Integer>> stream = flow.stream();
    for (var stage : stages) stream = stage.after(stream, seen);
    var wantedSeen = new ArrayList<String>();
    var wanted = looped(flow, stages, wantedSeen);
    assertEquals(wanted, stream.toList(), stages.toString());
    assertEquals(wantedSeen, seen, stages.toString());
  }

  private static List<Result<Integer>> looped(
      List<Result<Integer>> flow, List<Stage> stages, List<String> seen) {
    var all = new ArrayList<Result<Integer>>();
    var ends = stages.stream().anyMatch(stage -> stage.kind() == Kind.MAP);
    for (var element : flow) {
      var one = Optional.of(element);
      for (var stage : stages) one = one.flatMap(left -> stage.of(left, seen));
      one.ifPresent(all::add);
      if (ends && !element.isOk()) break;
    }
    return all;
  }

  /** P30: of stages that became one too: a look that throws changes nothing, of either kind. */
  @Test
  void aTapThatThrowsAmongOthersChangesNothing() {
    var flow = List.of(Result.ok(1), Given.<Integer>err("two"), Result.ok(3));
    var seen = new ArrayList<Object>();
    var out =
        flow.stream()
            .gather(Results.<Integer>tapOk(StagesTest::fault))
            .gather(Results.<Integer>tapErr(StagesTest::fault))
            .gather(Results.<Integer>tapErr(seen::add))
            .gather(Results.<Integer>tapOk(seen::add))
            .toList();
    assertEquals(flow, out);
    assertEquals(List.of(1, Given.error("two"), 3), seen);
  }

  private static void fault(Object seen) {
    throw new IllegalStateException("a tap's own, of " + seen);
  }

  /** P1: a mapping makes no Ok of null. */
  @Test
  void aMappingToNullIsABug() {
    var lookup = new java.util.HashMap<Integer, MeshError>();
    var stream = Stream.of(Result.ok(1)).gather(Results.map((Integer key) -> lookup.get(key)));
    assertThrows(NullPointerException.class, stream::toList);
  }

  /** P27: a window is its reader's, read-only; and none is made that nobody wants any more. */
  @Test
  void aWindowIsReadOnlyAndTheLastThatIsWanted() {
    var pulled = new ArrayList<Integer>();
    var windows =
        Stream.iterate(1, i -> i + 1)
            .peek(pulled::add)
            .map(Result::ok)
            .gather(Results.window(2))
            .limit(2)
            .toList();
    assertEquals(List.of(Result.ok(List.of(1, 2)), Result.ok(List.of(3, 4))), windows);
    assertEquals(List.of(1, 2, 3, 4), pulled);
    var first = windows.getFirst().orThrow();
    assertThrows(UnsupportedOperationException.class, () -> first.add(9));
  }
}

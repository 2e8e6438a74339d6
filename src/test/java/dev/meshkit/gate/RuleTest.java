package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** G1, G2, G4, G5, G6: which version a subject runs follows from entry, support and subject. */
class RuleTest {
  private static final Change TAX =
      Change.of("shop::tax").supports(1, 3).keyedBy(SubjectKey.TENANT);
  private static final RecordId RECORD = new RecordId(1, 17, 9);

  /** The rule as its table says it, written once more without looking at the other. */
  private static int reference(Entry entry, String subject) {
    var rollout = entry.rollout();
    if (rollout.exclude().stream().anyMatch(pattern -> isLike(pattern, subject)))
      return entry.prior();
    if (rollout.include().stream().anyMatch(pattern -> isLike(pattern, subject)))
      return entry.version();
    var text = Bytes.utf8(entry.change() + "\0" + subject).sha256().toArray();
    var bucket =
        new BigInteger(1, Arrays.copyOf(text, 8)).mod(BigInteger.valueOf(10_000)).intValue();
    return bucket < rollout.basisPoints() ? entry.version() : entry.prior();
  }

  private static boolean isLike(String pattern, String subject) {
    var parts = Arrays.stream(pattern.split("\\*", -1)).map(java.util.regex.Pattern::quote);
    return subject.matches(String.join(".*", parts.toList()));
  }

  private static Entry random(SplittableRandom chance) {
    var min = chance.nextInt(1, 4);
    var max = chance.nextInt(min, 6);
    var patterns =
        IntStream.range(0, chance.nextInt(3)).mapToObj(_ -> pattern(chance)).distinct().toList();
    var cut = patterns.size() / 2;
    var points = chance.nextInt(4) == 0 ? chance.nextInt(2) * 10_000 : chance.nextInt(10_001);
    var rollout =
        new Rollout(
            chance.nextInt(min, max + 1),
            points,
            patterns.subList(0, cut),
            patterns.subList(cut, patterns.size()),
            chance.nextBoolean());
    var version = chance.nextInt(min, max + 1);
    return new Entry("c" + chance.nextInt(5), version, min, max, rollout, chance.nextInt(9));
  }

  private static String pattern(SplittableRandom chance) {
    var number = Integer.toString(chance.nextInt(100));
    return switch (chance.nextInt(4)) {
      case 0 -> "t" + number;
      case 1 -> "t" + number + "*";
      case 2 -> "*" + number;
      default -> "t*" + number + "*";
    };
  }

  /** G1: on every node, whatever the way the entry came to it, in plans and in explanations. */
  @Test
  void theSameEntrySupportAndSubjectGiveTheSameVersionEverywhere() {
    var chance = new SplittableRandom(42);
    for (var i = 0; i < 20_000; i++) {
      var entry = random(chance);
      var low = chance.nextInt(1, 4);
      var change =
          Change.of(entry.change())
              .supports(low, chance.nextInt(low, 6))
              .keyedBy(SubjectKey.TENANT);
      // one node has it from its leader, another read it from a record's bytes
      var read =
          Entry.read(
                  entry.change(),
                  entry.version(),
                  entry.min(),
                  entry.max(),
                  entry.rollout().bytes(),
                  entry.epoch())
              .orThrow();
      assertEquals(entry, read);
      var here = GateTable.of(new Committed(entry, RECORD));
      var there = GateTable.of(new Committed(read, RECORD));
      var subjects =
          chance
              .ints(50, 0, 1_000) // of each entry, which makes a million
              .mapToObj(tenant -> Subject.tenant("t" + tenant))
              .toList();
      for (var subject : subjects) decidesAlike(change, entry, subject, here, there);
    }
  }

  private static void decidesAlike(
      Change change, Entry entry, Subject subject, GateTable here, GateTable there) {
    var expected = reference(entry, subject.text());
    var decided = here.decide(change, subject);
    var explained = there.explain(change, subject);
    assertEquals(decided, there.decide(change, subject));
    assertEquals(decided, explained.decided());
    assertEquals(expected, explained.version());
    if (change.support().has(expected)) assertEquals(expected, decided.orThrow().version());
    else assertEquals("error.version.conflict", error(decided).code());
    var plan = GateTable.EMPTY.plan(change, entry, List.of(subject));
    var all = Stream.of(plan.flips(), plan.stays(), plan.cannot()).flatMap(List::stream).toList();
    assertEquals(1, all.size());
    assertEquals(expected, all.getFirst().to());
    assertEquals(!decided.isOk(), plan.cannot().size() == 1);
  }

  /** G2, T3: nothing in it says whether it is new, so nothing can be made to depend on that. */
  @Test
  void aDecisionOffersNothingToBranchOnButTheVersion() {
    var parts =
        Arrays.stream(Decision.class.getRecordComponents())
            .map(part -> part.getName() + ":" + part.getType().getSimpleName())
            .toList();
    assertEquals(List.of("version:int", "source:Source", "epoch:long", "record:RecordId"), parts);
    assertEquals(
        List.of(),
        Arrays.stream(Decision.class.getDeclaredMethods())
            .filter(method -> method.getReturnType() == boolean.class)
            .map(java.lang.reflect.Method::getName)
            .filter(name -> !name.equals("equals"))
            .toList());
  }

  /** G4: being able is not doing. */
  @Test
  void aHigherSupportChangesNothingUntilItIsCommitted() {
    var subject = Subject.tenant("acme");
    // given nothing committed, then the baseline runs, however much a build can
    var old = Change.of("shop::tax").supports(1, 1).keyedBy(SubjectKey.TENANT);
    var baseline = new Decision(1, Decision.Source.BASELINE, 0, RecordId.NONE);
    assertEquals(Result.ok(baseline), GateTable.EMPTY.decide(old, subject));
    assertEquals(Result.ok(baseline), GateTable.EMPTY.decide(TAX, subject));
    // given version 1 committed, then it is 1 for the build that could run 3
    var entry = new Entry(TAX.name(), 1, 1, 3, Rollout.complete(1), 4);
    var committed = GateTable.of(new Committed(entry, RECORD));
    assertEquals(
        Result.ok(new Decision(1, Decision.Source.COMMITTED, 4, RECORD)),
        committed.decide(TAX, subject));
    assertEquals(committed.decide(old, subject), committed.decide(TAX, subject));
  }

  /** G5: never the nearest version, and the error says all that is needed. */
  @Test
  void aVersionThatThisBuildCannotRunIsRefused() {
    var entry = new Entry(TAX.name(), 5, 1, 5, Rollout.complete(3), 7);
    var table = GateTable.of(new Committed(entry, RECORD));
    var error = error(table.decide(TAX, Subject.tenant("acme")));
    assertEquals("error.version.conflict", error.code());
    assertEquals(MeshError.Retry.NEVER, error.retry());
    assertEquals(
        java.util.Map.of(
            "change",
            "shop::tax",
            "subject",
            "acme",
            "version",
            "5",
            "min",
            "1",
            "max",
            "3",
            "epoch",
            "7",
            "record",
            "1/17.9"),
        error.details());
    assertEquals("upgrade this node to a build that runs version 5", error.fix());
    // and only that work: another change goes on
    assertTrue(table.decide(Change.of("other"), Subject.NONE).isOk());
  }

  /** G6: the formula, fixed for ever: these were worked out with sha256sum. */
  @Test
  void bucketsAreTheFormulas() {
    // printf 'shop::tax\0acme' | sha256sum, the first 16 digits as a number modulo 10000
    assertEquals(BUCKET_ACME, Rule.bucket("shop::tax", Subject.tenant("acme")));
    var link = Subject.link(NodeId.of("eu", "n3"), NodeId.of("eu", "n1"));
    assertEquals("eu/n1|eu/n3", link.text());
    assertEquals(Subject.link(NodeId.of("eu", "n1"), NodeId.of("eu", "n3")), link);
    assertEquals(BUCKET_LINK, Rule.bucket("meshkit::transport::eu", link));
  }

  private static final int BUCKET_ACME = 1319;
  private static final int BUCKET_LINK = 2888;

  /** G6: χ² of 100 cells over 100,000 tenants; 99 degrees of freedom exceed 148.2 once in 1,000. */
  @Test
  void bucketsAreUniform() {
    for (var change : List.of("shop::tax", "meshkit::transport::eu", "c")) {
      var cells = new int[100];
      for (var i = 0; i < 100_000; i++)
        cells[Rule.bucket(change, Subject.tenant("tenant-" + i)) / 100]++;
      var chi = Arrays.stream(cells).mapToDouble(n -> (n - 1_000.0) * (n - 1_000.0) / 1_000).sum();
      assertTrue(chi < 148.2, change + ": " + chi);
    }
  }

  /** G6: a rollout that only grows moves each subject once, and never back. */
  @Test
  void aSubjectMovesAtMostOnceAnEpoch() {
    var chance = new SplittableRandom(7);
    for (var round = 0; round < 200; round++) {
      var include = new java.util.ArrayList<String>();
      var exclude = new java.util.ArrayList<>(List.of("t1*", "*9"));
      var points = 0;
      var before = new int[500];
      Arrays.fill(before, 1);
      for (var step = 0; step < 10; step++) {
        switch (chance.nextInt(3)) {
          case 0 -> points = Math.min(10_000, points + chance.nextInt(4_000));
          case 1 -> {
            if (include.size() < 16) include.add("t" + chance.nextInt(500));
          }
          default -> {
            if (!exclude.isEmpty()) exclude.removeLast();
          }
        }
        var entry =
            new Entry(TAX.name(), 2, 1, 3, new Rollout(1, points, include, exclude, false), 1);
        for (var t = 0; t < before.length; t++) {
          var now = Rule.of(entry, Subject.tenant("t" + t)).version();
          assertTrue(now >= before[t], "t" + t + " went back");
          before[t] = now;
        }
      }
    }
  }

  static MeshError error(Result<?> result) {
    if (result instanceof Result.Err<?>(var error)) return error;
    throw new AssertionError("expected an error, got " + result);
  }
}

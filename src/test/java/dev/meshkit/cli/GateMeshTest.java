package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Resolver;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.ValueType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The verbs of gate and effects against nodes as they are. O15, O16, G7, G16, G24, G25, G27. */
@Timeout(300)
class GateMeshTest extends GateMesh {
  /** There and back by two commands, each seen before in a plan. */
  @Test
  void theTransportOfARegionRollsToTheLegacySocketAndBack() throws Exception {
    try (var n1 = open("eu", "n1");
        var n2 = open("us", "n2", n1.members().getFirst().at());
        var n3 = open("us", "n3", n1.members().getFirst().at())) {
      await().atMost(LONG).until(() -> isLed("n2", "region/us") && isLed("n1", "region/eu"));
      await()
          .atMost(LONG)
          .until(() -> road("n2", "n3").equals("H3") && road("n1", "n2").equals("H3"));
      // given a plan, asked of a node of another region
      await().atMost(LONG).until(() -> run("n1", "gate show " + TRANSPORT).exit() == 0);
      var plan = json("n1", "gate plan " + TRANSPORT + " --version 1");
      assertEquals(1, plan.get("flipping").getAsInt(), plan::toString);
      assertEquals(2, plan.get("staying").getAsInt(), plan::toString);
      assertEquals(0, plan.getAsJsonArray("cannot").size(), plan::toString);
      var flip = plan.getAsJsonArray("flips").get(0).getAsJsonObject();
      assertEquals("us/n2|us/n3", flip.get("subject").getAsString());
      assertEquals("H3", road("n2", "n3"), "a plan changes nothing");
      assertEquals("", legacy("n2"));
      var record = plan.get("record").getAsString();
      // when it is done, by that plan
      var set =
          run("n1", "gate set " + TRANSPORT + " --version 1 --reason pilot --expect " + record);
      assertEquals(0, set.exit(), set.err());
      assertTrue(set.out().contains("→ v1 (prior 2, window 1..2"), set.out());
      // then just that link flips, its messages go on, and the port is open
      await().atMost(LONG).until(() -> road("n2", "n3").equals("LEGACY"));
      await().atMost(LONG).until(() -> road("n3", "n2").equals("LEGACY"));
      assertEquals("H3", road("n1", "n2"));
      assertTrue(!legacy("n2").isEmpty() && legacy("n1").isEmpty());
      // and neither end has told of the moment in which the other had not heard of it
      for (var node : List.of("n2", "n3"))
        assertEquals(0, items(node, "events --type link.not_switched").size(), node);
      n2.send(NodeId.of("us", "n3"), "orders", Bytes.utf8("road")).orThrow();
      await().atMost(LONG).until(() -> got.contains("n3 road"));
      // and it is explained, and listed, with who did it
      await()
          .atMost(LONG)
          .until(
              () -> {
                var said = json("n2", "gate explain " + TRANSPORT + " --subject n2|n3");
                return said.get("version").getAsInt() == 1
                    && said.getAsJsonArray("inUse").toString().equals("[1]")
                    && said.has("inUseSince")
                    && said.get("lastChange").getAsString().endsWith(": pilot");
              });
      var chain = new ArrayList<String>();
      json("n2", "gate explain " + TRANSPORT + " --subject n2|n3")
          .getAsJsonArray("chain")
          .forEach(one -> chain.add(text(one.getAsJsonObject(), "rule", "matched")));
      assertEquals(
          List.of(
              "\"baseline\" false", "\"exclude\" false", "\"include\" false", "\"rollout\" true"),
          chain);
      // that of others this node does not know, and does not tell its own for it
      var elsewhere = json("n1", "gate explain " + TRANSPORT + " --subject n2|n3");
      assertEquals(0, elsewhere.getAsJsonArray("inUse").size(), elsewhere::toString);
      // a link into the other region runs what both have decided
      var across = json("n2", "gate explain " + TRANSPORT + " --subject n1|n2");
      assertEquals(2, across.get("version").getAsInt(), across::toString);
      assertTrue(
          across.get("because").getAsString().startsWith("the other region decides: "),
          across::toString);
      // an outdated plan, and what is still in use, change nothing
      var late = run("n2", "gate rollback " + TRANSPORT + " --reason late --expect " + record);
      assertEquals(6, late.exit(), late.err());
      assertTrue(
          late.err()
              .matches(
                  "(?s)error MK-GAT-003 .* the record is at .*, not "
                      + (java.util.regex.Pattern.quote(record) + ", and the gate at v1 .*")
                      + " by .*@n1 [0-9]+ s ago: pilot.*--expect .*"),
          late.err());
      var retire = run("n2", "gate retire " + TRANSPORT + " --below 2 --reason done");
      assertEquals(6, retire.exit(), retire.err());
      // what is so already is not committed again
      var again = run("n2", "gate set " + TRANSPORT + " --version 1 --reason again");
      assertEquals(0, again.exit(), again.err());
      assertTrue(again.out().startsWith("unchanged " + TRANSPORT + "  v1 (prior 2"), again.out());
      // frozen it moves back only
      assertEquals(0, run("n2", "gate freeze " + TRANSPORT + " --reason incident").exit());
      var twice = run("n2", "gate freeze " + TRANSPORT + " --reason me-too");
      assertTrue(twice.out().startsWith("unchanged "), twice.out());
      // who froze it is not who made it run what it runs; a node of another region knows both
      for (var node : List.of("n1", "n2")) {
        await()
            .atMost(LONG)
            .until(
                () ->
                    items(node, "gate show " + TRANSPORT)
                        .get(0)
                        .getAsJsonObject()
                        .get("reason")
                        .getAsString()
                        .equals("incident"));
        var explained = json(node, "gate explain " + TRANSPORT + " --subject n2|n3");
        assertTrue(
            explained.get("lastChange").getAsString().endsWith(": pilot"), explained::toString);
      }
      // nor is anything explained that this region does not decide
      for (var not : List.of("n1|eu/n9", "n1|n1")) {
        var refused = run("n1", "gate explain " + TRANSPORT + " --subject " + not);
        assertEquals(2, refused.exit(), refused.err());
      }
      var frozen = run("n2", "gate set " + TRANSPORT + " --version 2 --reason on");
      assertEquals(6, frozen.exit(), frozen.err());
      var back = run("n2", "gate rollback " + TRANSPORT + " --reason back");
      assertEquals(0, back.exit(), back.err());
      // who saw the same alarm, and comes second, does not take it back by the same word
      twice = run("n2", "gate rollback " + TRANSPORT + " --reason me-too");
      assertEquals(6, twice.exit(), twice.err());
      assertTrue(twice.err().contains("rolled back already, to version 2 by "), twice.err());
      assertTrue(twice.err().contains("s ago: back"), twice.err());
      assertTrue(twice.err().contains("--to 1"), twice.err());
      await().atMost(LONG).until(() -> road("n2", "n3").equals("H3"));
      n3.send(NodeId.of("us", "n2"), "orders", Bytes.utf8("back")).orThrow();
      await().atMost(LONG).until(() -> got.contains("n2 back"));
      assertEquals(0, run("n2", "gate thaw " + TRANSPORT + " --reason over").exit());
      // the old version was in use a moment ago
      var soon = run("n2", "gate retire " + TRANSPORT + " --below 2 --reason done");
      assertEquals(6, soon.exit(), soon.err());
      assertTrue(soon.err().contains("was in use within 10 min"), soon.err());
    }
  }

  /**
   * G4: where nothing was ever committed {@code listen.versions} says what the baseline is, to the
   * links and to whoever asks; the first verb commits what follows on it, which counts from then
   * on.
   */
  @Test
  void withoutAnEntryTheBaselineIsWhatListenVersionsSay() {
    try (var n1 = open("eu", "n1", List.of(VersionWindow.parse("eu=1-2@1")))) {
      var change = "meshkit::transport::eu";
      await().atMost(LONG).until(() -> isLed("n1", "region/eu"));
      assertEquals(NodeId.of("eu", "n1"), n1.self());
      var before = items("n1", "gate show " + change).get(0).getAsJsonObject();
      assertEquals("false 1", text(before, "committed", "version"));
      var said = json("n1", "gate explain " + change + " --subject n1|eu/n2");
      assertEquals("\"BASELINE\" 1", text(said, "source", "version"));
      var plan = json("n1", "gate plan " + change + " --version 2");
      assertEquals("1 2", text(plan, "from", "to"), plan::toString);
      var set = run("n1", "gate set " + change + " --version 2 --reason over");
      assertEquals(0, set.exit(), set.err());
      var after = items("n1", "gate show " + change).get(0).getAsJsonObject();
      assertEquals("true 2 1", text(after, "committed", "version", "prior"));
      // and what is said in the file from now on is of no account
      MeshKit.permit(n1, List.of(VersionWindow.parse("eu=1-2@1"))).orThrow();
      var still = json("n1", "gate explain " + change + " --subject n1|eu/n2");
      assertEquals("\"COMMITTED\" 2", text(still, "source", "version"));
    }
  }

  /**
   * G4: where nothing was committed the baseline can be: whatever builds and files say, it runs.
   */
  @Test
  void theBaselineIsCommittedLikeAnyVersion() {
    try (var n1 = open("eu", "n1")) {
      await().atMost(LONG).until(() -> isLed("n1", "global"));
      MeshKit.gate(n1).declare(Change.of("shop::tax").supports(1, 2));
      var pinned = run("n1", "gate set shop::tax --version 1 --reason pin");
      assertTrue(pinned.out().startsWith("changed shop::tax  v1 "), pinned::out);
      var shown = items("n1", "gate show shop::tax").get(0).getAsJsonObject();
      assertEquals("true 1 \"1\"", text(shown, "committed", "version", "epoch"));
      var again = run("n1", "gate set shop::tax --version 1 --reason pin");
      assertTrue(again.out().startsWith("unchanged shop::tax  v1 "), again::out);
    }
  }

  /** G7: two operators, each by the same plan and at once: one wins, the other is told who. */
  @Test
  void ofTwoOperatorsAtOnceOneWins() throws Exception {
    try (var n1 = open("eu", "n1")) {
      await().atMost(LONG).until(() -> isLed("n1", "global"));
      MeshKit.gate(n1).declare(Change.of("shop::tax").supports(1, 3));
      for (var round = 0; round < 5; round++) {
        var plan = json("n1", "gate plan shop::tax --version 2");
        var record = plan.get("record").getAsString();
        var from = plan.get("from").getAsInt();
        var both = new ArrayList<FutureTask<Shell.Ran>>();
        for (var to : List.of(from % 3 + 1, (from + 1) % 3 + 1)) {
          var line = "gate rollback shop::tax --reason at-once --to " + to + " --expect " + record;
          both.add(new FutureTask<>(() -> run("n1", line)));
        }
        both.forEach(Thread.ofVirtual()::start);
        var exits = new ArrayList<Integer>();
        for (var one : both) {
          exits.add(one.get().exit());
          if (one.get().exit() != 0)
            assertTrue(one.get().err().startsWith("error MK-GAT-003 "), one.get().err());
        }
        exits.sort(null);
        assertEquals(List.of(0, 6), exits);
      }
    }
  }

  /**
   * gate.md §4: since when a subject has been given what it is given, on the node that is asked.
   */
  @Test
  void itIsExplainedWhenASubjectWasFirstGivenWhatItHas() {
    var tax = Change.of("shop::tax").supports(1, 2);
    try (var n1 = open("eu", "n1")) {
      await().atMost(LONG).until(() -> isLed("n1", "global"));
      var gate = MeshKit.gate(n1);
      var begun = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      assertEquals(1, gate.decide(tax, Subject.NONE).orThrow().version());
      var explain = "gate explain shop::tax";
      var first = Instant.parse(json("n1", explain).get("firstDecided").getAsString());
      assertFalse(first.isBefore(begun) || first.isAfter(Instant.now()), first::toString);
      // it is the first that is told, not the last
      gate.decide(tax, Subject.NONE).orThrow();
      assertEquals(first, Instant.parse(json("n1", explain).get("firstDecided").getAsString()));
      var text = ", decided here first at " + first;
      assertTrue(run("n1", explain).out().contains(text), () -> run("n1", explain).out());
      // nothing was decided yet by what is committed now
      var set = run("n1", "gate set shop::tax --version 2 --reason over");
      assertEquals(0, set.exit(), set.err());
      await().atMost(LONG).until(() -> json("n1", explain).get("version").getAsInt() == 2);
      assertFalse(json("n1", explain).has("firstDecided"), () -> run("n1", explain).out());
      assertEquals(2, gate.decide(tax, Subject.NONE).orThrow().version());
      var second = Instant.parse(json("n1", explain).get("firstDecided").getAsString());
      assertTrue(second.isAfter(first), second + " after " + first);
    }
  }

  /** One that cannot end is given up, by an operator and while nobody executes it. */
  @Test
  void aRunIsGivenUpByAnOperator() throws Exception {
    var tax = Change.of("shop::tax").supports(1, 2);
    var run = "shop::tax::v1::7";
    var abandon = "runs abandon " + run + " --reason gone";
    try (var n1 = open("eu", "n1")) {
      var gate = MeshKit.gate(n1);
      var during = new ArrayList<Shell.Ran>();
      var branches =
          Branches.<String>of(tax)
              .range(
                  1,
                  2,
                  inside -> {
                    inside.effects().value(Step.of("rate", ValueType.TEXT), () -> "19").orThrow();
                    during.add(run("n1", abandon));
                    during.add(run("n1", abandon + " --dry-run"));
                    during.add(
                        run("n1", "effects resolve " + run + " rate --as done --reason bank"));
                    return Result.err(MeshError.unavailable("selling", "it is away", "wait"));
                  })
              .build();
      gate.execute(tax, Subject.NONE, RunKey.of("7"), branches);
      // while it is executed it can neither be given up nor spoken for
      assertEquals(3, during.size());
      for (var ran : during)
        assertTrue(ran.err().startsWith("error MK-GAT-008 "), during::toString);
      var open = items("n1", "runs list --state open");
      assertEquals(1, open.size(), open::toString);
      assertEquals("\"" + run + "\" \"OPEN\"", text(open.get(0).getAsJsonObject(), "run", "state"));
      assertEquals(0, run("n1", abandon + " --dry-run").exit());
      assertEquals(1, items("n1", "runs list --state open").size());
      assertEquals("abandoned " + run + "\n", run("n1", abandon).out());
      assertEquals(0, items("n1", "runs list --state open").size());
      var again = gate.execute(tax, Subject.NONE, RunKey.of("7"), branches);
      assertEquals("error.run.forgotten", ((Result.Err<?>) again).error().code());
      assertEquals(3, during.size());
      for (var asked : List.of(abandon, abandon + " --dry-run")) {
        var over = run("n1", asked);
        assertTrue(over.err().startsWith("error MK-GAT-008 "), over.err());
      }
      var none = run("n1", "runs abandon shop::tax::v1::8 --reason gone");
      assertTrue(none.err().startsWith("error MK-GAT-007 "), none.err());
      await()
          .atMost(LONG)
          .until(() -> run("n1", "events --type run.abandoned").out().contains("given up"));
    }
  }

  /** What nobody knows of is listed, shown, and settled by an operator alone. */
  @Test
  void aCallInDoubtIsResolvedByAnOperator() throws Exception {
    var pay = Change.of("shop::pay").supports(1, 2);
    var step = Step.of("charge", ValueType.TEXT);
    var calls = new AtomicInteger();
    var lost = MeshError.of("error.timeout", "charging", "no answer", "ask", Retry.SAFE_WITH_KEY);
    var branches =
        Branches.<String>of(pay)
            .range(
                1,
                2,
                run ->
                    run.effects()
                        .atMostOnce(
                            step,
                            Bytes.utf8("42"),
                            (_, _) -> {
                              calls.incrementAndGet();
                              return Result.err(lost);
                            },
                            Resolver.unknown()))
            .build();
    try (var n1 = open("eu", "n1")) {
      var gate = MeshKit.gate(n1);
      var first = gate.execute(pay, Subject.NONE, RunKey.of("42"), branches);
      assertEquals("error.timeout", ((Result.Err<?>) first).error().code());
      var doubt = items("n1", "effects list --state in-doubt");
      assertEquals(1, doubt.size(), doubt::toString);
      var item = doubt.get(0).getAsJsonObject();
      assertEquals("shop::pay::v1::42", item.get("run").getAsString());
      assertEquals("AT_MOST_ONCE", item.get("mode").getAsString());
      assertEquals("error.timeout", item.getAsJsonObject("error").get("code").getAsString());
      assertEquals(1, items("n1", "effects show shop::pay::v1::42").size());
      var unknown = run("n1", "effects show shop::pay::v2::42");
      assertEquals(3, unknown.exit());
      assertTrue(unknown.err().startsWith("error MK-GAT-007 "), unknown.err());
      var resolve = "effects resolve shop::pay::v1::42 charge --as done --value paid --reason bank";
      var tried = run("n1", resolve + " --dry-run");
      assertEquals(0, tried.exit(), tried.err());
      assertEquals(1, items("n1", "effects list --state in-doubt").size());
      var said = run("n1", resolve);
      assertEquals("resolved charge of shop::pay::v1::42 as done\n", said.out(), said.err());
      assertEquals(0, items("n1", "effects list --state in-doubt").size());
      assertEquals(3, run("n1", resolve).exit());
      assertEquals(3, run("n1", resolve + " --dry-run").exit());
      var settled = run("n1", resolve);
      assertTrue(settled.err().startsWith("error MK-GAT-007 "), settled.err());
      var again = gate.execute(pay, Subject.NONE, RunKey.of("42"), branches);
      assertEquals(Result.ok("paid"), again);
      assertEquals(1, calls.get());
      await()
          .atMost(LONG)
          .until(() -> run("n1", "events --type effect.resolved").out().contains("says"));
      // and a change that nobody has is named as such
      assertEquals(3, run("n1", "gate show shop::nothing").exit());
      assertEquals(3, run("n1", "gate explain shop::nothing").exit());
    }
  }
}

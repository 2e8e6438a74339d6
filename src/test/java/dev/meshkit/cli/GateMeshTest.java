package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.GateConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Resolver;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of gate and effects against nodes as they are. O15, O16, G7, G16, G24, G25, G27. */
@Timeout(300)
class GateMeshTest {
  private static final String TRANSPORT = "meshkit::transport::us";
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final List<String> got = new CopyOnWriteArrayList<>();
  private GateConfig gates = GateConfig.defaults();

  private Mesh open(String region, String name, Endpoint... seeds) {
    return open(region, name, List.of(), seeds);
  }

  private Mesh open(String region, String name, List<VersionWindow> versions, Endpoint... seeds) {
    var any = new Endpoint("127.0.0.1", 0);
    var config =
        MeshConfig.of(region, name, directory.resolve("data").resolve(name))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(any).withLegacy(any).withVersions(versions))
            .withHttp(HttpConfig.off())
            .withGate(gates);
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            order -> {
              got.add(name + " " + order.message().body().utf8());
              return Ack.plain();
            })
        .open();
  }

  private Shell.Ran run(String node, String line) {
    var args = new ArrayList<>(List.of(line.split(" ")));
    args.addAll(List.of("--data", "data/" + node));
    return Shell.in(directory).run(args.toArray(String[]::new));
  }

  private JsonObject json(String node, String line) {
    var ran = run(node, line + " -o json");
    assertEquals(0, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
  }

  private JsonArray items(String node, String line) {
    return json(node, line).getAsJsonArray("items");
  }

  /** What carries the link from one node to another. */
  private String road(String from, String to) {
    for (var item : items(from, "members"))
      if (item.getAsJsonObject().get("node").getAsString().equals(to))
        return item.getAsJsonObject().get("road").getAsString();
    return "none";
  }

  private boolean isLed(String node, String scope) {
    for (var item : items(node, "leaders"))
      if (item.getAsJsonObject().get("scope").getAsString().equals(scope))
        return item.getAsJsonObject().get("state").getAsString().equals("LED");
    return false;
  }

  private String legacy(String node) {
    return json(node, "status").getAsJsonObject("listeners").get("legacy").getAsString();
  }

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
      assertEquals("H3", road("n1", "n2"));
      assertTrue(!legacy("n2").isEmpty() && legacy("n1").isEmpty());
      n2.send(NodeId.of("us", "n3"), "orders", Bytes.utf8("road")).orThrow();
      await().atMost(LONG).until(() -> got.contains("n3 road"));
      // and it is explained, and listed, with who did it
      await()
          .atMost(LONG)
          .until(
              () -> {
                var said = json("n2", "gate explain " + TRANSPORT + " --subject n2|n3");
                return said.get("version").getAsInt() == 1
                    && said.getAsJsonArray("inUse").toString().contains("1")
                    && said.get("lastChange").getAsString().endsWith(": pilot");
              });
      // a link into the other region runs what both have decided
      var across = json("n2", "gate explain " + TRANSPORT + " --subject n1|n2");
      assertEquals(2, across.get("version").getAsInt(), across::toString);
      assertTrue(
          across.get("because").getAsString().startsWith("the other region decides: "),
          across::toString);
      // an outdated plan, and what is still in use, change nothing
      var late = run("n2", "gate rollback " + TRANSPORT + " --reason late --expect " + record);
      assertEquals(6, late.exit(), late.err());
      var retire = run("n2", "gate retire " + TRANSPORT + " --below 2 --reason done");
      assertEquals(6, retire.exit(), retire.err());
      // frozen it moves back only
      assertEquals(0, run("n2", "gate freeze " + TRANSPORT + " --reason incident").exit());
      var frozen = run("n2", "gate set " + TRANSPORT + " --version 2 --reason on");
      assertEquals(6, frozen.exit(), frozen.err());
      var back = run("n2", "gate rollback " + TRANSPORT + " --reason back");
      assertEquals(0, back.exit(), back.err());
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

  /** G9, G25: what nobody has used for long enough is retired, for good: its port is closed. */
  @Test
  void aVersionThatNobodyUsesAnyMoreIsRetiredForGood() throws Exception {
    gates = new GateConfig(Duration.ofSeconds(1));
    try (var n2 = open("us", "n2");
        var n3 = open("us", "n3", n2.members().getFirst().at())) {
      await().atMost(LONG).until(() -> isLed("n2", "region/us") && isLed("n2", "global"));
      await().atMost(LONG).until(() -> road("n2", "n3").equals("H3"));
      assertEquals(0, run("n2", "gate set " + TRANSPORT + " --version 1 --reason there").exit());
      await().atMost(LONG).until(() -> road("n2", "n3").equals("LEGACY"));
      assertTrue(!legacy("n2").isEmpty() && !legacy("n3").isEmpty());
      assertEquals(0, run("n2", "gate set " + TRANSPORT + " --version 2 --reason back").exit());
      await().atMost(LONG).until(() -> road("n2", "n3").equals("H3"));
      assertTrue(!legacy("n2").isEmpty(), "it may be rolled back to");
      var retire = "gate retire " + TRANSPORT + " --below 2 --reason over";
      await().atMost(LONG).until(() -> run("n2", retire).exit() == 0);
      await().atMost(LONG).until(() -> legacy("n2").isEmpty() && legacy("n3").isEmpty());
      for (var line :
          List.of("gate rollback " + TRANSPORT, "gate rollback " + TRANSPORT + " --to 1")) {
        var back = run("n3", line + " --reason alarm");
        assertTrue(back.exit() != 0 && !back.err().isEmpty(), back.out());
      }
      n3.send(NodeId.of("us", "n2"), "orders", Bytes.utf8("on")).orThrow();
      await().atMost(LONG).until(() -> got.contains("n2 on"));
      n3.close();
      try (var again = open("us", "n3", n2.members().getFirst().at())) {
        await().atMost(LONG).until(() -> road("n3", "n2").equals("H3"));
        assertEquals("", legacy("n3"));
        var gate = items("n3", "gate show " + TRANSPORT).get(0).getAsJsonObject();
        assertEquals("2 2", text(gate, "version", "min"), gate::toString);
        assertEquals(2, again.members().size());
      }
    }
  }

  /**
   * G27: a plan says who would flip and who cannot also where it is refused, because of those or
   * because it is frozen; tenants that this node has decided for are found by themselves.
   */
  @Test
  void aRefusedPlanSaysWhoCannotAndWhoWouldFlip() throws Exception {
    var name = "shop::tax";
    var tax = Change.of(name).supports(1, 2).keyedBy(SubjectKey.TENANT);
    try (var n1 = open("eu", "n1");
        var n2 = open("eu", "n2", n1.members().getFirst().at())) {
      await().atMost(LONG).until(() -> isLed("n1", "global"));
      var none = run("n1", "gate plan meshkit::transport::eu --version 1");
      assertEquals(0, none.exit(), none.err());
      MeshKit.gate(n1).declare(tax);
      MeshKit.gate(n2).declare(Change.of(name).supports(1, 1).keyedBy(SubjectKey.TENANT));
      var empty = run("n1", "gate plan shop::tax --version 2");
      assertTrue(empty.out().contains("name tenants with --subject"), empty::out);
      for (var tenant : List.of("acme", "initech"))
        MeshKit.gate(n1).decide(tax, Subject.tenant(tenant)).orThrow();
      // n2 cannot
      await()
          .atMost(LONG)
          .until(
              () ->
                  json("n1", "gate plan shop::tax --version 2").getAsJsonArray("cannot").size()
                      == 1);
      var plan = json("n1", "gate plan shop::tax --version 2 --subject zed");
      assertEquals("1 2", text(plan, "from", "to"), plan::toString);
      assertTrue(
          plan.get("refused").getAsString().contains("eu/n2 cannot run version 2"), plan::toString);
      assertEquals("3 0", text(plan, "flipping", "staying"), plan::toString);
      assertTrue(plan.getAsJsonArray("cannot").get(0).toString().contains("n2"), plan::toString);
      assertEquals(6, run("n1", "gate set shop::tax --version 2 --reason on").exit());
      // nor may anybody, once it is frozen
      assertEquals(0, run("n1", "gate freeze shop::tax --reason alarm").exit());
      var frozen = json("n1", "gate plan shop::tax --version 2 --force");
      assertTrue(frozen.get("refused").getAsString().contains("it is frozen"), frozen::toString);
      assertEquals("1 2", text(frozen, "from", "to"), frozen::toString);
      assertEquals("2 0", text(frozen, "flipping", "staying"), frozen::toString);
      var person = run("n1", "gate plan shop::tax --version 2").out();
      assertTrue(person.contains("; if it were not:\n2 flip\n  acme  v1 → v2"), person);
      assertTrue(person.contains("n2 cannot run v2: "), person);
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

  private static String text(JsonObject from, String... fields) {
    return String.join(" ", List.of(fields).stream().map(f -> from.get(f).toString()).toList());
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

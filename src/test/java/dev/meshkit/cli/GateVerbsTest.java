package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.EffectOrder;
import dev.meshkit.control.FakeNode;
import dev.meshkit.control.GateOrder;
import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import dev.meshkit.queue.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O15, O16, G27: what a node is asked about gates and effects, and how its answers read. */
class GateVerbsTest {
  private static final String US = "meshkit::transport::us";
  private static final Duration WITHIN = Duration.ofMillis(7_500); // of the 10 s of --timeout
  private static final Audit BY = new Audit(System.getProperty("user.name") + "@n1", "pilot");
  private static final Audit PLANNED = new Audit(BY.actor(), "planned");

  @TempDir private Path directory;

  private final FakeNode node = new FakeNode();
  private AdminServer server;

  @BeforeEach
  void open() throws IOException {
    var data = Files.createDirectories(directory.resolve("data/n1"));
    server = AdminServer.open(data.resolve("admin.sock"), node).orThrow();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Shell.Ran run(String line) {
    var ran = Shell.in(directory).run(line.split(" "));
    assertEquals(0, ran.exit(), ran.err());
    return ran;
  }

  private static GateOrder order(Verb verb, int version, GateOrder.Part part, boolean dry) {
    return new GateOrder(US, verb, version, part, "", false, BY, dry, WITHIN);
  }

  @Test
  void eachVerbIsOneOrder() {
    run("gate set " + US + " --version 1 --reason pilot");
    run("gate rollback " + US + " --reason pilot --dry-run");
    run("gate rollback " + US + " --to 2 --reason pilot");
    run("gate freeze " + US + " --reason pilot");
    run("gate thaw " + US + " --reason pilot");
    run("gate retire " + US + " --below 2 --reason pilot");
    run("gate plan shop::tax --version 2 --percent 12.5 --include a,b* --exclude z --subject acme");
    run("gate set shop::tax --percent 30.25 --expect 1/7.19 --force --timeout 2s --reason pilot");
    var planned =
        new GateOrder.Part(
            OptionalInt.of(1_250), List.of("a", "b*"), List.of("z"), List.of("acme"));
    var wider = new GateOrder.Part(OptionalInt.of(3_025), List.of(), List.of(), List.of());
    var soon = Duration.ofMillis(1_500);
    assertEquals(
        List.of(
            order(Verb.SET, 1, GateOrder.Part.ALL, false),
            order(Verb.ROLLBACK, 0, GateOrder.Part.ALL, true),
            order(Verb.ROLLBACK, 2, GateOrder.Part.ALL, false),
            order(Verb.FREEZE, 0, GateOrder.Part.ALL, false),
            order(Verb.THAW, 0, GateOrder.Part.ALL, false),
            order(Verb.RETIRE, 2, GateOrder.Part.ALL, false),
            new GateOrder("shop::tax", Verb.SET, 2, planned, "", false, PLANNED, false, WITHIN),
            new GateOrder("shop::tax", Verb.SET, 0, wider, "1/7.19", true, BY, false, soon)),
        node.gated);
  }

  /** G27: who flips, who stays, who cannot, and what the plan rests on. */
  @Test
  void aPlanNamesEachSubjectAndWhy() {
    assertEquals(
        """
        view of n1 · 4/5 agree
        meshkit::transport::us  v2 → v1 for 50 %   record 1/7.19
        refused: us/n7 cannot run version 1; if it were not:
        1 flip
          us/n4|us/n5  v2 → v1  bucket 2907 < 5000
        1 stay
          eu/n1|us/n4  v2 → v2  bucket 7733 >= 5000
        n7 cannot run v1: 2..2
        nothing was changed
        """,
        run("gate plan " + US + " --version 1 --percent 50").out());
  }

  /** G27: what a plan does not show it counts, and it says whom it may not know. */
  @Test
  void aPlanSaysWhatItLacks() {
    var order = order(Verb.SET, 1, GateOrder.Part.ALL, true);
    var lines =
        GateTexts.plan(
                node.planGate(order).orThrow().toBuilder()
                    .setFlipping(1_001)
                    .setStaying(3)
                    .setNote("of tenants it was decided for here lately")
                    .build())
            .lines()
            .toList();
    assertEquals("of tenants it was decided for here lately", lines.get(2));
    assertEquals("  … and 1000 more", lines.get(6));
    assertEquals("  … and 2 more", lines.get(9));
  }

  /** What asks for nothing is a slip, and commits nothing. */
  @Test
  void settingNeitherAVersionNorForWhomIsRefused() {
    var ran = Shell.in(directory).run("gate", "set", US, "--reason", "pilot");
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().contains("add --version or --percent"), ran.err());
    assertEquals(List.of(), node.gated);
  }

  /** All effects of all runs is what the list is for. */
  @Test
  void showingTheEffectsOfNoRunIsRefused() {
    var ran = Shell.in(directory).run("effects", "show", "");
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().contains("no run is named"), ran.err());
  }

  @Test
  void theListSaysWhatIsCommittedAndByWhom() {
    var lines = run("gate list").out().lines().toList();
    assertEquals(
        "CHANGE                  VERSION      PRIOR  WINDOW  ROLLOUT                                "
            + "EPOCH             RECORD  LAST CHANGE",
        lines.get(1));
    assertTrue(
        lines.get(2).startsWith("shop::tax               v2           v1     1..3    12.50 % with"),
        lines.get(2));
    assertTrue(lines.get(2).endsWith("eu/n1 ana@n1: pilot \uFFFD[2J"), lines.get(2));
    assertTrue(
        lines.get(3).startsWith("meshkit::transport::eu  v2 baseline  -      1..2    -"),
        lines.get(3));
    assertTrue(lines.get(4).startsWith("shop::till              unreadable   -"), lines.get(4));
    assertTrue(
        lines.get(4).endsWith("  error.payload.malformed: reading the entry: bad; compare builds"),
        lines.get(4));
  }

  @Test
  void oneChangeIsShownWithItsMembers() {
    var lines = run("gate show shop::tax").out().lines().toList();
    assertEquals("MEMBER  RUNS          ADOPTED EPOCH  IN USE", lines.get(3));
    assertEquals("n1      1..3          4              v1 v2", lines.get(4));
    assertEquals("n4      unknown here  0              -", lines.get(5));
    assertEquals("n5      no answer     -              -", lines.get(6));
  }

  @Test
  void whatWasChangedAndWhyAreALineEach() {
    assertEquals(
        "changed "
            + US
            + "  v2 (prior 2) → v1 (prior 2)   record 1/7.20"
            + "   refused until upgraded by n7\n",
        run("gate set " + US + " --version 1 --reason pilot").out());
    assertEquals(
        "acme  v3  because bucket 1841 < 2500   epoch 9007199254740993, record 1/7.19,"
            + " by ana@n1: pilot   this node runs 1..2, in use here: v2 since 2026-01-02T03:03:35.006Z,"
            + " unfinished runs under other versions: 3\n"
            + "refused: this build runs 1..2\n",
        run("gate explain shop::tax --subject acme").out());
  }

  @Test
  void runsAreListedAndGivenUpByName() {
    var lines = run("runs list --state open").out().lines().toList();
    assertTrue(lines.get(2).startsWith("shop::pay::v1::42  acme     PARKED"), lines.toString());
    assertEquals(
        "abandoned shop::pay::v1::42\n", run("runs abandon shop::pay::v1::42 --reason gone").out());
    assertEquals(
        "would abandon shop::pay::v1::42\n",
        run("runs abandon shop::pay::v1::42 --reason gone --dry-run").out());
  }

  @Test
  void anOperatorsWordNamesStepRepeatAndValue() {
    run("effects resolve shop::pay::v1::42 charge#2 --as done --value paid --reason pilot");
    run("effects resolve shop::pay::v1::42 charge --as done --value-hex 00fF --reason pilot");
    run("effects resolve shop::pay::v1::42 charge --as done --reason pilot");
    run("effects resolve shop::pay::v1::42 pay#x --as failed --reason pilot --dry-run");
    assertEquals(
        List.of(
            word("charge", 2, new EffectOrder.Done(Bytes.utf8("paid")), false),
            word("charge", 1, new EffectOrder.Done(Bytes.hex("00ff")), false),
            word("charge", 1, new EffectOrder.DoneOnly(), false),
            word("pay#x", 1, new EffectOrder.Failed(), true)),
        node.resolved);
    var lines = run("effects list").out().lines().toList();
    assertTrue(
        lines.get(2).startsWith("shop::pay::v1::42  charge#2  AT_MOST_ONCE  IN_DOUBT  text@1  1 "),
        lines.toString());
  }

  private static EffectOrder word(String step, int repeat, EffectOrder.Said said, boolean dry) {
    return new EffectOrder("shop::pay::v1::42", step, repeat, said, BY, dry);
  }

  @Test
  void aListThatIsCutSaysSo() {
    var cut = "1 of 1,234 shown: the view v_effects of mesh.db has them all";
    for (var verb : List.of("effects list", "effects show shop::pay::v1::42"))
      assertEquals(cut, run(verb).out().lines().toList().getLast());
    assertEquals(cut + "\n", run("effects show shop::pay::v1::42 -o jsonl").err());
  }
}

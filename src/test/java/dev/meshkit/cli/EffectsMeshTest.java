package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.gate.Branch;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Resolver;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.ValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** O15: an operator's word on calls in doubt, on a node as it is. */
@Timeout(120)
class EffectsMeshTest {
  private static final Change PAY = Change.of("shop::pay").supports(1, 1);
  private static final MeshError LOST =
      MeshError.of("error.timeout", "charging", "no answer", "ask", Retry.SAFE_WITH_KEY);

  @TempDir private Path directory;

  private Mesh open() {
    var config =
        MeshConfig.of("eu", "n1", directory.resolve("data/n1"))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow()).open();
  }

  private Shell.Ran run(String... args) {
    return Shell.in(directory).run(args);
  }

  private Shell.Ran resolve(String key, String... how) {
    var args = new ArrayList<>(List.of("effects", "resolve", "shop::pay::v1::" + key, "charge"));
    args.addAll(List.of(how));
    args.addAll(List.of("--reason", "bank"));
    return run(args.toArray(String[]::new));
  }

  private static <R> Result<R> execute(Mesh node, String key, Branch<R> branch)
      throws InterruptedException {
    var branches = Branches.<R>of(PAY).version(1, branch).build();
    return MeshKit.gate(node).execute(PAY, Subject.NONE, RunKey.of(key), branches);
  }

  /** A call of which nobody knows. */
  private static <R> Branch<R> charge(ValueType<R> type) {
    var step = Step.of("charge", type);
    return run ->
        run.effects().atMostOnce(step, Bytes.EMPTY, (_, _) -> Result.err(LOST), Resolver.unknown());
  }

  /** A run may do 10,000 things, and what is in doubt be the last of them. */
  @Test
  void aRunThatIsLongerThanAListIsCutAloudAndCanBeResolved() throws Exception {
    var read = Step.of("read", ValueType.NUMBER);
    Branch<String> branch =
        run -> {
          for (var i = 0L; i < 600; i++) {
            var number = i;
            run.effects().value(read, () -> number).orThrow();
          }
          return charge(ValueType.TEXT).run(run);
        };
    try (var node = open()) {
      execute(node, "long", branch);
      var shown = run("effects", "show", "shop::pay::v1::long").out().lines().toList();
      assertEquals("500 of 601 shown: the view v_effects of mesh.db has them all", shown.getLast());
      var doubtful = run("effects", "list", "--state", "in-doubt").out().lines().toList();
      assertTrue(doubtful.getLast().startsWith("shop::pay::v1::long  charge "), doubtful::toString);
      var dry = resolve("long", "--as", "done", "--value", "paid", "--dry-run");
      assertEquals("would resolve charge of shop::pay::v1::long as done\n", dry.out(), dry.err());
      assertEquals(0, resolve("long", "--as", "done", "--value", "paid").exit());
      assertEquals(Result.ok("paid"), execute(node, "long", branch));
    }
  }

  /** One that its step cannot read would park the run for good. */
  @Test
  void onlyAValueOfTheStepsTypeIsTaken() throws Exception {
    try (var node = open()) {
      execute(node, "n", charge(ValueType.NUMBER));
      execute(node, "t", charge(ValueType.TEXT));
      execute(node, "b", charge(ValueType.BYTES));
      execute(node, "u", charge(ValueType.NOTHING));
      var shown = run("effects", "show", "shop::pay::v1::n").out();
      assertTrue(shown.contains(" number@1 "), shown);
      refused(
          "n",
          "it came to a value of type number@1, and none is given",
          "write it as the step's codec does: --value TEXT, or --value-hex HEX for what is not text");
      refused(
          "n",
          "its value is of type number@1, and these 4 B are none",
          "give a whole number in decimal digits, such as 42",
          "--value",
          "paid");
      refused(
          "t",
          "its value is of type text@1, and these 1 B are none",
          "give its text in UTF-8",
          "--value-hex",
          "ff");
      refused(
          "u",
          "its value is of type nothing@1, and these 4 B are none",
          "give none: that it was done is all that is recorded",
          "--value",
          "done");
      taken(node, "n", charge(ValueType.NUMBER), 42L, "--value", "42");
      taken(node, "t", charge(ValueType.TEXT), "", "--value-hex", "");
      taken(node, "b", charge(ValueType.BYTES), Bytes.hex("00ff"), "--value-hex", "00ff");
      taken(node, "u", charge(ValueType.NOTHING), Unit.UNIT);
    }
  }

  private void refused(String key, String why, String fix, String... value) {
    for (var dry : List.of(true, false)) {
      var how = new ArrayList<>(List.of("--as", "done"));
      how.addAll(List.of(value));
      if (dry) how.add("--dry-run");
      var ran = resolve(key, how.toArray(String[]::new));
      assertEquals(2, ran.exit(), ran.out());
      assertTrue(ran.err().startsWith("error MK-GAT-009 resolving charge of "), ran.err());
      assertTrue(ran.err().contains("why   " + why + "\n"), ran.err());
      assertTrue(ran.err().contains("fix   " + fix + "\n"), ran.err());
    }
  }

  private <R> void taken(Mesh node, String key, Branch<R> branch, R comesTo, String... value)
      throws InterruptedException {
    var how = new ArrayList<>(List.of("--as", "done"));
    how.addAll(List.of(value));
    var ran = resolve(key, how.toArray(String[]::new));
    assertEquals(0, ran.exit(), ran.err());
    assertEquals(Result.ok(comesTo), execute(node, key, branch));
  }

  /** What an application's own codec reads, only its build knows. */
  @Test
  void aValueOfAnApplicationsOwnTypeIsTakenAsItIs() throws Exception {
    var own = ValueType.of("receipt", PayloadCodec.UTF8);
    try (var node = open()) {
      execute(node, "o", charge(own));
      refused(
          "o",
          "it came to a value of type receipt@1, and none is given",
          "write it as the step's codec does: --value TEXT, or --value-hex HEX for what is not text");
      taken(node, "o", charge(own), "r7", "--value", "r7");
    }
  }
}

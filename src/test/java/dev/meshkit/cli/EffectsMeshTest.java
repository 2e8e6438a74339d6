package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
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
}

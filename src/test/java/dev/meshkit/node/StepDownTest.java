package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a node that stops steps down. */
@Timeout(60)
class StepDownTest {
  private static final NodeId SELF = NodeId.of("eu", "n1");

  @TempDir private Path directory;

  /** Scopes that do not end in time are told, all of them: nobody takes that for done. */
  @Test
  void scopesThatDoNotEndAreTold() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var clocks = Clocks.system();
      var ports =
          new ElectionPorts(
              store,
              (_, _, _) -> false,
              new Mailbox<>(100, clocks.monotonic()),
              _ -> {},
              new Meters(Map.of()),
              clocks,
              new SplittableRandom(1),
              (_, _) -> {},
              new SharedDisk());
      var options = ElectionFixture.options(SELF, store.uuid(), List.of(SELF));
      var still =
          ScopeElection.open(options, Steering.Course.FIXED, ports)
              .orThrow(); // nobody runs its loops
      var scopes = new TreeMap<>(Map.of(Scope.GLOBAL, still, Scope.region("eu"), still));
      var within = Duration.ofMillis(50);
      var thrown = assertThrows(MeshException.class, () -> NodeStart.stepDown(scopes, within));
      var both = assertInstanceOf(MeshError.Aggregate.class, thrown.error());
      var late =
          scopes.keySet().stream()
              .<MeshError>map(scope -> new MeshError.TimedOut(within, "stepping down in " + scope))
              .toList();
      assertEquals(late, both.errors());
    }
  }
}

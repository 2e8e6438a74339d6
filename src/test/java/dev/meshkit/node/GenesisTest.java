package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.config.ElectionBirth;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.election.LeaderDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** E30: a mesh begins once, where its first node starts first; a directory is of one mesh. */
@Timeout(120)
final class GenesisTest {
  private static final List<Endpoint> SEEDS = List.of(new Endpoint("127.0.0.1", 1));

  @TempDir private Path directory;

  /** A scope as a node that leads it has it. */
  private record Begun(int generation, Bytes genesis, long term) {}

  /** E30: told to found each time it starts, it goes on with what is in its directory. */
  @Test
  void aSecondStartBeginsNoSecondGenesis() throws Exception {
    var first = started(config("one", "n1"));
    var second = started(config("one", "n1"));
    assertEquals(List.of(Scope.GLOBAL, Scope.region("eu")), List.copyOf(first.keySet()));
    assertEquals(first.keySet(), second.keySet());
    first.forEach(
        (scope, before) -> {
          var now = second.get(scope);
          assertEquals(before, new Begun(now.generation(), now.genesis(), before.term()));
          assertTrue(now.term() > before.term(), now + " after " + before);
        });
    // and another directory is another mesh
    var other = started(config("other", "n1"));
    assertNotEquals(first.get(Scope.GLOBAL).genesis(), other.get(Scope.GLOBAL).genesis());
  }

  /** E30: who began elsewhere joins no second mesh, with its identity or with another. */
  @Test
  void aDirectoryOfAnotherMeshIsRefusedWhenItJoins() throws Exception {
    // given two meshes, and a node of one whose directory was moved to the other
    started(config("one", "n1"));
    started(config("other", "n2"));
    var moved = directory.resolve("one/n2");
    Files.move(directory.resolve("other/n2"), moved);
    var joining = config("one", "n2");
    joining = joining.withDiscovery(joining.discovery().withSeeds(SEEDS));
    var before = names();
    // then it is refused, and nothing is changed by that
    assertEquals("MK-TLS-003", refused(joining).details().get("mk"));
    assertEquals(before, names());
    // and so is one that is to get another identity for what it holds
    delete(moved.resolve("identity"));
    before = names();
    assertEquals("MK-STO-005", refused(joining).details().get("mk"));
    assertEquals(before, names());
  }

  /** What a node leads that is to found, once it leads both its scopes. */
  private static SortedMap<Scope, Begun> started(MeshConfig config) {
    var settled = DevHome.settle(config).orThrow();
    assertEquals(ElectionBirth.FOUND, settled.election().vote().birth());
    var begun = new TreeMap<Scope, Begun>();
    try (var node = Node.open(settled, Map.of()).orThrow()) {
      await()
          .until(
              () -> {
                begun.clear();
                node.snapshot().votes().forEach((scope, seen) -> note(begun, scope, seen));
                return begun.size() == 2;
              });
    }
    return begun;
  }

  private static void note(Map<Scope, Begun> begun, Scope scope, ElectionView seen) {
    if (!(seen.decision() instanceof LeaderDecision.Led)) return;
    var content = seen.record().content();
    begun.put(scope, new Begun(content.generation(), content.genesis(), seen.term()));
  }

  private static MeshError refused(MeshConfig config) {
    return assertInstanceOf(Result.Err.class, DevHome.settle(config)).error();
  }

  private MeshConfig config(String mesh, String name) {
    return MeshConfig.of("eu", name, directory.resolve(mesh).resolve(name))
        .withListen(MeshConfig.defaults().listen().withMesh(new Endpoint("127.0.0.1", 0)))
        .withHttp(HttpConfig.off());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(Path::toString).sorted().toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    var all = new ArrayList<Path>();
    try (var found = Files.walk(tree)) {
      found.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (var path : all) Files.delete(path);
  }
}

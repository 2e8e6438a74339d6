package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.config.ElectionBirth;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.DevCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P36 (T13): a failure after staging a certificate leaves none staged; nor does a development node
 * that cannot be settled leave anything else.
 */
class DevHomeTest {
  private static final List<Endpoint> SEEDS = List.of(new Endpoint("127.0.0.1", 1));

  @TempDir private Path directory;

  @Test
  void aFailureAfterStagingACertificateLeavesNoneStaged() throws IOException {
    // given a CA whose list of founders cannot be read
    ca();
    Files.writeString(directory.resolve("dev-ca/founders"), "no directory");
    var before = tree();
    // when a node is settled, which needs it after its certificate was made
    var error = refused(node("n1"));
    // then its certificate is gone, and so is its directory
    assertTrue(error.why().contains("founders"), error.text());
    assertEquals(before, tree());
  }

  @Test
  void aNodeThatJoinsNothingFoundedLeavesNeitherCertificateNorFounding() throws IOException {
    ca();
    var before = tree();
    var error = refused(joining(node("n2")));
    assertEquals("MK-CLI-004", error.details().get("mk"));
    assertEquals(before, tree());
  }

  @Test
  void aNodeThatJoinsOnAHostWithoutAnAuthorityMakesNone() throws IOException {
    var error = refused(joining(node("n2")));
    assertEquals("MK-CLI-004", error.details().get("mk"));
    assertEquals(Map.of("", "directory"), tree());
  }

  @Test
  void aNodeWhoseAuthorityIsGoneMakesNoOtherInItsPlace() throws IOException {
    // given a node that was settled, and a CA that was moved away
    DevHome.settle(node("n1")).orThrow();
    Files.move(directory.resolve("dev-ca"), directory.resolve("elsewhere"));
    var before = tree();
    // then it is refused as before, and nothing is in the way of moving the CA back
    assertEquals("MK-TLS-003", refused(node("n1")).details().get("mk"));
    assertEquals(before, tree());
    Files.move(directory.resolve("elsewhere"), directory.resolve("dev-ca"));
    assertTrue(DevHome.settle(node("n1")).isOk());
  }

  @Test
  void whatIsSettledStaysAndIsFoundAgain() throws IOException {
    var first = DevHome.settle(node("a/b/n1")).orThrow();
    var before = tree();
    assertEquals(ElectionBirth.FOUND, first.election().vote().birth());
    assertEquals(first, DevHome.settle(node("a/b/n1")).orThrow());
    assertEquals(before, tree());
    // and whoever comes later joins, told of a peer or not
    var second = DevHome.settle(joining(node("a/b/n2"))).orThrow();
    assertEquals(ElectionBirth.JOIN, second.election().vote().birth());
    var third = DevHome.settle(node("a/b/n3")).orThrow();
    assertEquals(ElectionBirth.JOIN, third.election().vote().birth());
  }

  /** E30: others hold what it began, so it must not begin that again. */
  @Test
  void whoHasLostWhatItFoundedDoesNotFoundItAgainOnceOthersHaveJoined() throws IOException {
    // given a founder that others have joined, and whose directory is gone since
    DevHome.settle(node("n1")).orThrow();
    DevHome.settle(joining(node("n2"))).orThrow();
    delete(directory.resolve("n1"));
    var before = tree();
    // then it cannot begin alone, and nothing is changed by that
    var error = refused(node("n1"));
    assertEquals("MK-CLI-012", error.details().get("mk"));
    assertTrue(error.fix().contains("JOIN=host:port"), error.text());
    assertEquals(before, tree());
    // and with a node that is left it joins as any other
    var again = DevHome.settle(joining(node("n1"))).orThrow();
    assertEquals(ElectionBirth.JOIN, again.election().vote().birth());
  }

  @Test
  void whoHasFoundedForItselfAloneMayBeginAnew() throws IOException {
    DevHome.settle(node("n1")).orThrow();
    delete(directory.resolve("n1"));
    var again = DevHome.settle(node("n1")).orThrow();
    assertEquals(ElectionBirth.FOUND, again.election().vote().birth());
  }

  /** E30: with the databases it has, it goes on with what it began, told of a peer or not. */
  @Test
  void whoHoldsWhatItFoundedGoesOnWithIt() throws Exception {
    DevHome.settle(node("n1")).orThrow();
    DevHome.settle(joining(node("n2"))).orThrow();
    ElectionFixture.store(directory.resolve("n1"), 1).close();
    for (var config : List.of(node("n1"), joining(node("n1")))) {
      var birth = DevHome.settle(config).orThrow().election().vote().birth();
      assertEquals(ElectionBirth.FOUND, birth);
    }
  }

  /** A start that failed before there were databases is tried again, whoever came meanwhile. */
  @Test
  void whoWasSettledAndNeverRanStillFounds() {
    DevHome.settle(node("n1")).orThrow();
    DevHome.settle(joining(node("n2"))).orThrow();
    var again = DevHome.settle(node("n1")).orThrow();
    assertEquals(ElectionBirth.FOUND, again.election().vote().birth());
  }

  private static void delete(Path tree) throws IOException {
    try (var all = Files.walk(tree)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  private MeshConfig node(String path) {
    var data = directory.resolve(path);
    return MeshConfig.of("eu", data.getFileName().toString(), data)
        .withListen(MeshConfig.defaults().listen().withMesh(new Endpoint("127.0.0.1", 0)))
        .withHttp(HttpConfig.off());
  }

  private static MeshConfig joining(MeshConfig config) {
    return config.withDiscovery(config.discovery().withSeeds(SEEDS));
  }

  private void ca() {
    DevCa.open(directory.resolve("dev-ca"), Clocks.system().wall(), Chance.secure()).orThrow();
  }

  private static dev.meshkit.api.MeshError refused(MeshConfig config) {
    return assertInstanceOf(Result.Err.class, DevHome.settle(config)).error();
  }

  private Map<String, String> tree() throws IOException {
    var tree = new TreeMap<String, String>();
    try (var all = Files.walk(directory)) {
      for (var path : all.toList()) {
        var held = Files.isDirectory(path) ? "directory" : sum(path);
        tree.put(directory.relativize(path).toString(), held);
      }
    }
    return tree;
  }

  private static String sum(Path file) throws IOException {
    return "file " + Arrays.hashCode(Files.readAllBytes(file));
  }
}

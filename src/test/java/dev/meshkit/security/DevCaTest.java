package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.runtime.Chance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CA of {@code --dev} nodes: made once, its certificates as the table says (S6, S8). */
class DevCaTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");

  @TempDir Path parent;

  @RepeatedTest(3)
  void nodesThatStartAtOnceShareOneAuthority() throws Exception {
    // given eight starts that wait for each other
    var together = new CyclicBarrier(8);
    Callable<String> start =
        () -> {
          together.await();
          return open().cluster();
        };
    // when they all go
    var clusters = new HashSet<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var made : threads.invokeAll(java.util.Collections.nCopies(8, start))) {
        clusters.add(made.get());
      }
    }
    // then they are of one cluster
    assertEquals(1, clusters.size());
    assertTrue(clusters.iterator().next().matches("dev-[a-z0-9]{4}"));
  }

  @Test
  void twoProcessesTrustEachOther() {
    var one = enrolled("n1", N1);
    var two = enrolled("n2", N2);
    assertInstanceOf(Admission.Admitted.class, one.verifier().server(two.chain(), N2));
    assertInstanceOf(Admission.Admitted.class, two.verifier().client(one.chain()));
  }

  @Test
  void aSecondStartFindsTheIdentity() {
    var first = enrolled("n1", N1);
    var second = enrolled("n1", N1);
    assertEquals(first.chain(), second.chain());
  }

  @Test
  void anAlmostExpiredCertificateIsRenewedWithANewKey() {
    var first = enrolled("n1", N1);
    var later = InstantSource.offset(InstantSource.system(), Duration.ofDays(6));
    var store = new IdentityStore(parent.resolve("n1/identity"), later);
    var second =
        DevCa.open(directory(), later, Chance.secure())
            .orThrow()
            .stage(store, N1)
            .flatMap(Staged::adopt)
            .orThrow();
    assertNotEquals(
        first.chain().getFirst().getPublicKey(), second.chain().getFirst().getPublicKey());
    assertTrue(second.notAfter().isAfter(first.notAfter()));
    assertEquals(List.of("gen-2"), generations());
  }

  /** P36: what is staged and then dropped was never there. */
  @Test
  void aRenewalThatIsDroppedLeavesTheOldIdentity() throws IOException {
    var first = enrolled("n1", N1);
    var later = InstantSource.offset(InstantSource.system(), Duration.ofDays(6));
    var store = new IdentityStore(parent.resolve("n1/identity"), later);
    var staged =
        DevCa.open(directory(), later, Chance.secure()).orThrow().stage(store, N1).orThrow();
    assertNotEquals(first.chain(), staged.credentials().chain());
    assertEquals(List.of("gen-1", "gen-2"), generations());
    assertEquals(first.chain(), store.load(N1).orThrow().chain());
    staged.drop();
    staged.drop();
    assertEquals(List.of("gen-1"), generations());
    assertEquals(first.chain(), store.load(N1).orThrow().chain());
  }

  @Test
  void aFirstIdentityThatIsDroppedLeavesNoDirectory() throws IOException {
    var staged = open().stage(store("n1"), N1).orThrow();
    assertFalse(store("n1").exists());
    staged.drop();
    assertTrue(Files.notExists(parent.resolve("n1/identity")));
  }

  @Test
  void whatWasAdoptedCannotBeDropped() throws IOException {
    var staged = open().stage(store("n1"), N1).orThrow();
    var adopted = staged.adopt().orThrow();
    staged.drop();
    assertEquals(adopted.chain(), store("n1").load(N1).orThrow().chain());
  }

  @Test
  void anExpiredCertificateIsAnErrorAndStays() {
    enrolled("n1", N1);
    var later = InstantSource.offset(InstantSource.system(), Duration.ofDays(8));
    var store = new IdentityStore(parent.resolve("n1/identity"), later);
    var refused = DevCa.open(directory(), later, Chance.secure()).orThrow().stage(store, N1);
    assertEquals("MK-TLS-004", mk(refused));
    assertEquals(List.of("gen-1"), generations());
  }

  @Test
  void theIdentityOfAnotherClusterIsRefused() throws IOException {
    enrolled("n1", N1);
    var elsewhere = DevCa.open(parent.resolve("ca2"), InstantSource.system(), Chance.secure());
    assertEquals("MK-TLS-003", mk(elsewhere.orThrow().stage(store("n1"), N1)));
  }

  @Test
  void certificatesAreAsTheTableSays() {
    var node = enrolled("n1", N1).chain();
    var leaf = node.getFirst();
    var issuer = node.get(1);
    assertEquals(0, issuer.getBasicConstraints());
    assertTrue(issuer.getCriticalExtensionOIDs().contains("2.5.29.30"), "name constraints");
    assertEquals(-1, leaf.getBasicConstraints());
    assertEquals(
        Duration.ofDays(7).plus(Issuance.SKEW),
        Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()));
    assertTrue(leaf.getSerialNumber().bitLength() > 64);
    assertTrue(leaf.getSerialNumber().signum() > 0);
    assertTrue(leaf.getNotAfter().toInstant().isBefore(issuer.getNotAfter().toInstant()));
  }

  @Test
  void everyKeyIsForItsOwnerAlone() throws IOException {
    open().voters(Scope.GLOBAL, N1, true).orThrow();
    try (var all = Files.walk(directory())) {
      for (var path : all.toList()) {
        var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        assertEquals(Files.isDirectory(path) ? "rwx------" : "rw-------", mode, path.toString());
      }
    }
  }

  @Test
  void aStartThatWasKilledHalfWayIsFinished() throws IOException {
    open();
    Files.delete(directory().resolve("cluster")); // it is written last
    var again = open();
    assertTrue(again.stage(store("n1"), N1).isOk());
  }

  @Test
  void aScopeIsFoundedOnceByAWhoMay() {
    var ca = open();
    // given a node that joins others, and so may not found global
    assertEquals("MK-CLI-004", mk(ca.voters(Scope.GLOBAL, N2, false)));
    // when the first node founds it
    assertEquals(List.of(N1), ca.voters(Scope.GLOBAL, N1, true).orThrow());
    // then every later node hears of the same voter, whether it may found or not
    assertEquals(List.of(N1), open().voters(Scope.GLOBAL, N2, true).orThrow());
    assertEquals(List.of(N1), open().voters(Scope.GLOBAL, N2, false).orThrow());
    assertEquals(List.of(N2), open().voters(Scope.region("us"), N2, true).orThrow());
  }

  private DevCa open() {
    return DevCa.open(directory(), InstantSource.system(), Chance.secure()).orThrow();
  }

  private Credentials enrolled(String name, NodeId self) {
    return open().stage(store(name), self).flatMap(Staged::adopt).orThrow();
  }

  private Path directory() {
    return parent.resolve("dev-ca");
  }

  private IdentityStore store(String node) {
    return new IdentityStore(parent.resolve(node).resolve("identity"), InstantSource.system());
  }

  private List<String> generations() {
    var found = new ArrayList<String>();
    for (var file : parent.resolve("n1/identity").toFile().list()) {
      if (file.startsWith("gen-")) found.add(file);
    }
    java.util.Collections.sort(found);
    return found;
  }

  private static String mk(Result<?> refused) {
    return assertInstanceOf(Result.Err.class, refused).error().details().get("mk");
  }
}

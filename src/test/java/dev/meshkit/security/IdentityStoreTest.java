package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node's own identity may be wrong with, each with its code; and modes (S6, S7). */
class IdentityStoreTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final TestCa CA = new TestCa("c");

  @SuppressWarnings("TimeInStaticInitializer") // any time within the life of the certificates
  private static final Instant NOW = InstantSource.system().instant();

  @TempDir Path directory;
  private Path identity;
  private IdentityStore store;

  @BeforeEach
  void writeAGoodOne() throws GeneralSecurityException {
    identity = directory.resolve("identity");
    store = new IdentityStore(identity, InstantSource.system());
    write(CA.issuance().node(CA.issuer(), new Identity.Node("c", N1), NOW));
  }

  @Test
  void whatWasWrittenIsLoaded() {
    var loaded = store.load(N1).orThrow();
    assertEquals(new Identity.Node("c", N1), loaded.who());
    assertEquals(2, loaded.chain().size());
    assertFalse(loaded.toString().contains("PRIVATE"));
  }

  @Test
  void everyFileIsForItsOwnerAlone() throws IOException {
    try (var all = Files.walk(identity)) {
      for (var path : all.toList()) {
        var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        assertEquals(Files.isDirectory(path) ? "rwx------" : "rw-------", mode, path.toString());
      }
    }
  }

  @Test
  void aKeyIsNeverOverwritten() throws GeneralSecurityException, IOException {
    var first = Files.readString(identity.resolve("gen-1/key.pem"));
    write(CA.issuance().node(CA.issuer(), new Identity.Node("c", N1), NOW));
    assertEquals("gen-2", Files.readString(identity.resolve("CURRENT")));
    assertEquals(first, Files.readString(identity.resolve("gen-1/key.pem")));
    store.forgetOld();
    assertFalse(Files.exists(identity.resolve("gen-1")));
    assertTrue(store.load(N1).isOk());
  }

  @Test
  void aKeyOpenToOthersStopsTheStart() throws IOException {
    for (var file : List.of("gen-1/key.pem", "gen-1/chain.pem", "roots.pem", "CURRENT", "gen-1")) {
      var path = identity.resolve(file);
      var before = Files.getPosixFilePermissions(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-----"));
      refused("MK-TLS-015", store.load(N1));
      Files.setPosixFilePermissions(path, before);
    }
    assertTrue(store.load(N1).isOk());
  }

  @Test
  void aLinkedKeyStopsTheStart() throws IOException {
    var key = identity.resolve("gen-1/key.pem");
    Files.move(key, directory.resolve("elsewhere.pem"));
    Files.createSymbolicLink(key, directory.resolve("elsewhere.pem"));
    refused("MK-TLS-015", store.load(N1));
  }

  @Test
  void anUnreadableOrMissingKeyStopsTheStart() throws IOException {
    var key = identity.resolve("gen-1/key.pem");
    Files.writeString(key, "not a key");
    refused("MK-TLS-015", store.load(N1));
    Files.delete(key);
    refused("MK-TLS-015", store.load(N1));
    refused("MK-TLS-015", new IdentityStore(directory.resolve("none"), NOW_FOREVER).load(N1));
  }

  private static final InstantSource NOW_FOREVER = InstantSource.fixed(NOW);

  @Test
  void aKeyOfAnotherCertificateStopsTheStart() throws GeneralSecurityException {
    var one = CA.issuance().node(CA.issuer(), new Identity.Node("c", N1), NOW);
    var other = CA.issuance().node(CA.issuer(), new Identity.Node("c", N1), NOW);
    write(new Issuance.Signer(one.certificate(), other.key()));
    refused("MK-TLS-014", store.load(N1));
  }

  @Test
  void anotherNameThanConfiguredStopsTheStart() throws GeneralSecurityException {
    refused("MK-TLS-006", store.load(NodeId.of("eu", "n2")));
    refused("MK-TLS-006", store.load(NodeId.of("us", "n1")));
    var life = new Issuance.Life(NOW.minusSeconds(1), NOW.plusSeconds(600));
    write(CA.issuance().leaf(CA.issuer(), List.of("spiffe://c/nonsense"), life));
    refused("MK-TLS-006", store.load(N1));
  }

  @Test
  void datesAreCheckedByTheWallClock() {
    var late = new IdentityStore(identity, InstantSource.fixed(NOW.plus(Duration.ofDays(8))));
    var error = refused("MK-TLS-004", late.load(N1));
    assertTrue(error.why().contains("ended"), error.text());
    var early = new IdentityStore(identity, InstantSource.fixed(NOW.minus(Duration.ofDays(1))));
    refused("MK-TLS-005", early.load(N1));
  }

  @Test
  void aRefusedLoadChangesNothingOnDisk() throws IOException {
    var before = listing();
    refused("MK-TLS-006", store.load(NodeId.of("eu", "n2")));
    assertEquals(before, listing());
  }

  @Test
  void theMarkIsAnotherOnceSomethingWasAdopted() throws Exception {
    var before = store.mark();
    assertEquals(before, store.mark());
    var material = CA.issuance().node(CA.issuer(), new Identity.Node("c", N1), NOW);
    var chain = List.of(material.certificate(), CA.issuer().certificate());
    var staged =
        store.stage(N1, new IdentityStore.Material(material.key(), chain, CA.roots())).orThrow();
    assertEquals(before, store.mark());
    staged.adopt().orThrow();
    assertFalse(before.equals(store.mark()));
  }

  private List<String> listing() throws IOException {
    try (var all = Files.walk(identity)) {
      return all.map(path -> path + " " + path.toFile().lastModified()).sorted().toList();
    }
  }

  /** Whatever it is, as if it had been staged and adopted. */
  private void write(Issuance.Signer leaf) throws GeneralSecurityException {
    try {
      var next = store.next();
      store.add(next, material(leaf));
      store.adopt(next, CA.roots());
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  private static IdentityStore.Material material(Issuance.Signer leaf) {
    var chain = List.of(leaf.certificate(), CA.issuer().certificate());
    return new IdentityStore.Material(leaf.key(), chain, CA.roots());
  }

  private static dev.meshkit.api.MeshError refused(String mk, Result<Credentials> loaded) {
    var error = assertInstanceOf(Result.Err.class, loaded).error();
    assertEquals(mk, error.details().get("mk"), error.text());
    assertFalse(error.fix().isBlank());
    return error;
  }
}

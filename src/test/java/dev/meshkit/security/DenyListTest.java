package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S20: a node refuses by its own list, which it reads with its identity. */
class DenyListTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final TestCa CA = new TestCa("c");

  @TempDir Path directory;

  private Path write(String text) throws IOException {
    var file = directory.resolve("deny.list");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static PeerVerifier denying(DenyList denied) {
    return new PeerVerifier("c", CA.roots(), denied, InstantSource.system());
  }

  private static Refused refused(Admission admission) {
    return assertInstanceOf(Refused.class, admission);
  }

  @Test
  void namesAndKeysAreReadWithTheirReasons() throws IOException {
    var key = "0123456789abcdef".repeat(4);
    var file = write("# a remark\n\nnode us/n2 stolen  on Tuesday\n key " + key + "\n");
    assertEquals(
        new DenyList(Map.of(N2, "stolen  on Tuesday"), Map.of(key, "no reason is given")),
        DenyList.read(file));
    assertEquals(DenyList.NONE, DenyList.read(directory.resolve("none")));
  }

  @Test
  void whatNamesNobodyIsRefusedByItsLine() throws IOException {
    for (var line : new String[] {"n2", "node", "node n2", "key 12ab", "Node us/n2", "key"}) {
      var file = write("# first\n" + line + "\n");
      var why = assertThrows(UnfitFile.class, () -> DenyList.read(file), line);
      assertTrue(why.getMessage().contains("line 2 names neither"), why.getMessage());
    }
    var many = write("node us/n1\n" + "# x\n".repeat(600));
    assertEquals(1, DenyList.read(many).nodes().size());
    var tooMany = new StringBuilder();
    for (var i = 0; i < 513; i++) tooMany.append("node us/n").append(i).append('\n');
    var crowded = write(tooMany.toString());
    assertThrows(UnfitFile.class, () -> DenyList.read(crowded));
  }

  @Test
  void aNodeItsKeyAndItsIssuersKeyAreRefusedOnBothSides() {
    var chain = CA.node(N2).chain();
    var lists =
        new DenyList[] {
          new DenyList(Map.of(N2, "why"), Map.of()),
          new DenyList(Map.of(), Map.of(DenyList.digest(chain.getFirst()), "why")),
          new DenyList(Map.of(), Map.of(DenyList.digest(chain.getLast()), "why"))
        };
    for (var denied : lists) {
      assertEquals(TlsCode.REVOKED, refused(denying(denied).client(chain)).code());
      assertEquals(TlsCode.REVOKED, refused(denying(denied).server(chain, N2)).code());
      assertTrue(refused(denying(denied).client(chain)).text().contains("why"));
    }
    var others = CA.node(N1).chain();
    for (var denied : new DenyList[] {lists[0], lists[1]}) {
      assertInstanceOf(Admitted.class, denying(denied).client(others));
    }
  }

  /** Check 7 of security.md §8 is behind that of the cluster and before that of the name. */
  @Test
  void itsPlaceIsAfterTheClusterAndBeforeTheName() {
    var denied = denying(new DenyList(Map.of(N2, "why"), Map.of()));
    assertEquals(TlsCode.REVOKED, refused(denied.server(CA.node(N2).chain(), N1)).code());
    var other =
        new PeerVerifier(
            "d", CA.roots(), new DenyList(Map.of(N2, "why"), Map.of()), InstantSource.system());
    assertEquals(TlsCode.OTHER_CLUSTER, refused(other.client(CA.node(N2).chain())).code());
  }

  @Test
  void theIdentityIsReadAgainWhenTheListIsReplaced() throws Exception {
    var identity = directory.resolve("identity");
    var store = new IdentityStore(identity, InstantSource.system());
    var now = InstantSource.system().instant();
    var leaf = CA.issuance().node(CA.issuer(), new Identity.Node("c", N1), now);
    store.add(
        "gen-1",
        new IdentityStore.Material(
            leaf.key(), List.of(leaf.certificate(), CA.issuer().certificate()), CA.roots()));
    store.adopt("gen-1", CA.roots());
    var own = OwnCredentials.of(store.load(N1).orThrow());
    var mark = store.mark();
    Files.move(write("node us/n2 stolen\n"), identity.resolve("deny.list"));
    assertNotEquals(mark, store.mark());
    assertTrue(own.publish(store.load(N1).orThrow()), "they judge otherwise");
    var chain = CA.node(N2).chain();
    assertEquals(TlsCode.REVOKED, refused(own.now().verifier().client(chain)).code());
    Files.writeString(identity.resolve("deny.list"), "whoever\n");
    var broken = assertInstanceOf(Result.Err.class, store.load(N1)).error();
    assertEquals("MK-TLS-015", broken.details().get("mk"));
    assertTrue(broken.text().contains("deny.list line 1"), broken.text());
  }
}

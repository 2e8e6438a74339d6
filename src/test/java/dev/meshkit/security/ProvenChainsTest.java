package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A chain is proved once, and still ends when it ends. */
final class ProvenChainsTest {
  private static final TestCa CA = new TestCa("c");
  private static final NodeId N1 = NodeId.of("eu", "n1");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(InstantSource.system().instant());
  private final PeerVerifier verifier = new PeerVerifier("c", CA.roots(), now::get);
  private final ProvenChains proven = new ProvenChains();

  @Test
  void whatWasProvedHoldsWhileAllItsCertificatesAreValid() {
    var chain = CA.node(N1).chain();
    assertFalse(proven.holds(chain, now.get()));

    proven.proved(chain);

    assertTrue(proven.holds(List.copyOf(chain), now.get()));
    assertFalse(proven.holds(chain.subList(0, 1), now.get()));
    assertFalse(proven.holds(CA.node(N1).chain(), now.get()), "another key under the same name");
    var leaf = chain.getFirst();
    assertTrue(proven.holds(chain, leaf.getNotAfter().toInstant()));
    assertFalse(proven.holds(chain, leaf.getNotAfter().toInstant().plusMillis(1)));
    assertFalse(proven.holds(chain, leaf.getNotBefore().toInstant().minusMillis(1)));
  }

  @Test
  void aPeerThatWasLetInIsRefusedOnceItsCertificateEnded() {
    var chain = CA.node(N1).chain();
    assertInstanceOf(Admitted.class, verifier.client(chain));
    assertInstanceOf(Admitted.class, verifier.client(chain));

    now.updateAndGet(then -> then.plus(Duration.ofHours(2)));

    assertEquals(TlsCode.EXPIRED, refused(chain));
  }

  @Test
  void whatWasRefusedIsRefusedAgain() {
    var foreign = new TestCa("c").node(N1).chain();
    assertEquals(TlsCode.FOREIGN_CA, refused(foreign));
    assertEquals(TlsCode.FOREIGN_CA, refused(foreign));
  }

  @Test
  void aProvedChainIsNotLetInAsAnotherNode() {
    var chain = CA.node(N1).chain();
    assertInstanceOf(Admitted.class, verifier.client(chain));
    var found = assertInstanceOf(Refused.class, verifier.server(chain, NodeId.of("eu", "n2")));
    assertEquals(TlsCode.OTHER_NODE, found.code());
  }

  @Test
  void onlySoManyAreKept() {
    var issuer = CA.issuer().certificate();
    var one = CA.node(N1).chain().getFirst();
    for (var length = 1; length <= ProvenChains.MOST + 1; length++) {
      proven.proved(chainOf(one, issuer, length));
    }
    assertEquals(ProvenChains.MOST, proven.size());
    assertFalse(proven.holds(chainOf(one, issuer, 1), now.get()), "the eldest went");
    assertTrue(proven.holds(chainOf(one, issuer, ProvenChains.MOST + 1), now.get()));
  }

  /**
   * As many different chains as wanted, of two certificates: a number in binary, and a leading 1.
   */
  private static List<X509Certificate> chainOf(
      X509Certificate zero, X509Certificate one, int number) {
    return Integer.toBinaryString(number).chars().mapToObj(bit -> bit == '0' ? zero : one).toList();
  }

  private TlsCode refused(List<X509Certificate> chain) {
    return assertInstanceOf(Refused.class, verifier.client(chain)).code();
  }
}

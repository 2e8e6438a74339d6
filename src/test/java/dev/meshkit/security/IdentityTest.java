package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S2: identity is exactly one URI SAN of the four forms, never normalised. */
class IdentityTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @Test
  void theFourFormsPrintBackAsTheyWereRead() {
    var forms =
        List.of(
            new Identity.Node("dev-7qx2", N1),
            new Identity.Issuer("a.b", N1),
            new Identity.Operator("prod", "ann"),
            new Identity.Observer("prod", "bob"));
    for (var identity : forms) {
      assertEquals(Optional.of(identity), Identity.parse(identity.uri()), identity.uri());
    }
    assertEquals("spiffe://dev-7qx2/region/eu/node/n1", forms.getFirst().uri());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://c",
        "https://c/region/eu/node/n1",
        "SPIFFE://c/region/eu/node/n1",
        "spiffe://C/region/eu/node/n1",
        "spiffe://c/region/EU/node/n1",
        "spiffe://c/region/eu/node/N1",
        "spiffe://c/region/eu/node/",
        "spiffe://c/region//node/n1",
        "spiffe://c/region/eu/node/n1/",
        "spiffe://c/region/eu/node/n1/extra",
        "spiffe://c/region/eu/node/n1?x",
        "spiffe://c/region/eu/node/n1#x",
        "spiffe://c:443/region/eu/node/n1",
        "spiffe://u@c/region/eu/node/n1",
        "spiffe://c/region/e%75/node/n1",
        "spiffe://a..b/region/eu/node/n1",
        "spiffe://-c/region/eu/node/n1",
        "spiffe://c./region/eu/node/n1",
        "spiffe://c/region/-eu/node/n1",
        "spiffe://c/region/eu/nodes/n1",
        "spiffe://c/operator/",
        "spiffe://c/operator/ann/x",
        "spiffe://c/admin/ann",
        " spiffe://c/region/eu/node/n1"
      })
  void everyDeviationIsMalformed(String uri) {
    assertEquals(Optional.empty(), Identity.parse(uri));
  }

  @Test
  void lengthsAreBounded() {
    var longest = "a".repeat(40);
    var cluster = "c".repeat(63);
    var fits = "spiffe://%s/region/%s/node/%s".formatted(cluster, longest, longest);
    assertEquals(fits, Identity.parse(fits).orElseThrow().uri());
    assertEquals(Optional.empty(), Identity.parse(fits + "a"));
    assertEquals(Optional.empty(), Identity.parse(fits.replace("//c", "//cc")));
  }

  @Test
  void aCertificateNamesNobodyUnlessItHasExactlyOneUri() {
    var ca = new TestCa("c");
    var good = "spiffe://c/region/eu/node/n1";
    var other = "spiffe://c/region/eu/node/n2";
    assertEquals(Optional.of(new Identity.Node("c", N1)), Identity.of(leaf(ca, good)));
    assertEquals(Optional.empty(), Identity.of(leaf(ca, good, other)));
    assertEquals(Optional.empty(), Identity.of(leaf(ca, good, good)));
    assertEquals(Optional.empty(), Identity.of(leaf(ca)));
    assertEquals(List.of(good, other), Identity.uris(leaf(ca, good, other)));
  }

  private static java.security.cert.X509Certificate leaf(TestCa ca, String... uris) {
    return ca.named(N1, uris).chain().getFirst();
  }
}

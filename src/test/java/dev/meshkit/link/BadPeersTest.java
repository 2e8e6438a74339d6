package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadMode;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Issue item 2 and S1, S2, S3, S31, S34, T29: who must not come in does not, over either road: it
 * is refused and counted with the right code, no handler ran, and the node serves on.
 */
class BadPeersTest {
  private static final NodeId GOOD = NodeId.of("us", "good");

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  /**
   * A certificate that must not come in.
   *
   * @param name of the case
   * @param code what the server counts
   * @param told what the refused one is told, one of these
   * @param credentials made by the cluster's CA
   */
  record Bad(
      String name, String code, Set<String> told, Function<TestCa, Credentials> credentials) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> matrix() {
    var tls = Set.of("MK-TLS-010");
    var bad =
        List.of(
            new Bad("none", "MK-TLS-001", Set.of("MK-TLS-001"), ca -> ca.anonymous(B)),
            new Bad("foreign CA", "MK-TLS-002", tls, ca -> new TestCa(CLUSTER).stranger(B, ca)),
            new Bad("expired", "MK-TLS-004", tls, ca -> ca.expired(B)),
            new Bad("not yet valid", "MK-TLS-005", tls, ca -> ca.future(B)),
            new Bad(
                "malformed",
                "MK-TLS-006",
                Set.of("MK-TLS-006", "MK-TLS-010"),
                ca -> ca.named(B, "spiffe://test/region/eu/nodes/b")),
            new Bad(
                "two names",
                "MK-TLS-006",
                Set.of("MK-TLS-006", "MK-TLS-010"),
                ca ->
                    ca.named(
                        B, "spiffe://test/region/eu/node/b", "spiffe://test/region/eu/node/a")),
            new Bad(
                "operator",
                "MK-TLS-008",
                Set.of("MK-TLS-008", "MK-TLS-010"),
                ca -> ca.named(B, "spiffe://test/operator/ann")));
    return Stream.of(RoadMode.H3, RoadMode.H2)
        .flatMap(
            mode -> bad.stream().map(b -> org.junit.jupiter.params.provider.Arguments.of(mode, b)));
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void isRefusedAndCounted(RoadMode mode, Bad bad) throws InterruptedException {
    // given a good node, and one with a certificate that must not come in
    var server = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var stranger = lab.node(B, bad.credentials().apply(lab.ca), o -> o.withMode(mode));
    // when it dials
    var greeted = stranger.links.greet(server.links.local());
    // then it is refused, both sides know why, and no handler ran
    var error = assertInstanceOf(Result.Err.class, greeted).error();
    assertTrue(bad.told().contains(error.details().get("mk")), error.text());
    await().until(() -> server.refusals("SERVER", bad.code()) >= 1);
    assertEquals(List.of(), server.heard);
    // and a good node still comes in
    var good = lab.node(GOOD, lab.ca.node(GOOD), options -> options.withMode(mode));
    assertEquals(A, good.links.greet(server.links.local()).orThrow());
  }

  @ParameterizedTest
  @EnumSource(
      value = RoadMode.class,
      names = {"H3", "H2"})
  void whoCallsItselfAnotherThanItsCertificateIsRefused(RoadMode mode) {
    var server = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var liar = lab.node(NodeId.of("eu", "liar"), lab.ca.node(B), o -> o.withMode(mode));
    liar.want(server);
    await().until(() -> server.refusals("SERVER", "MK-TLS-032") >= 1);
    assertEquals(List.of(), server.heard);
  }

  @ParameterizedTest
  @EnumSource(
      value = RoadMode.class,
      names = {"H3", "H2"})
  void whoIsOfAnotherClusterUnderTheSameNamesIsRefused(RoadMode mode) {
    var server = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var other =
        lab.node(
            B,
            lab.ca.node(B),
            options ->
                LinkOptions.of(B, "other")
                    .withListen(options.listen())
                    .withMode(mode)
                    .withSilence(options.silence()));
    other.want(server);
    await().until(() -> server.refusals("SERVER", "MK-NET-006") >= 1);
    assertEquals(List.of(), server.heard);
  }

  /** S4: a dial that reaches another node than intended fails, on the dialling side. */
  @ParameterizedTest
  @EnumSource(
      value = RoadMode.class,
      names = {"H3", "H2"})
  void anotherNodeThanWasDialledIsNotTalkedTo(RoadMode mode) {
    var server = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var dialler = lab.node(B, lab.ca.node(B), options -> options.withMode(mode));
    dialler.links.want(java.util.Map.of(GOOD, server.links.local()));
    await().until(() -> dialler.refusals("CLIENT", "MK-TLS-007") >= 1);
    await().until(() -> dialler.heard.contains("down us/good"));
    assertEquals(List.of(), server.heard);
  }
}

package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Issue item 2 and S1, S2, S3, S31, S34, T29: who must not come in does not, over any road: it is
 * refused and counted with the right code, no handler ran, and the node serves on.
 */
class BadPeersTest {
  private static final NodeId GOOD = NodeId.of("us", "good");

  private static final Endpoint LOOPBACK = new Endpoint("127.0.0.1", 0);
  private static final Window VERSION_1 = new Window(1, 2, 1);

  private final Lab lab = new Lab();

  /** Where a peer comes in. */
  enum Door {
    H3(RoadMode.H3),
    H2(RoadMode.H2),
    LEGACY(RoadMode.AUTO);

    private final RoadMode mode;

    Door(RoadMode mode) {
      this.mode = mode;
    }

    LinkOptions options(LinkOptions options) {
      var those = options.withMode(mode);
      return this == LEGACY ? those.withLegacy(LOOPBACK) : those;
    }

    Lab.Station opened(Lab.Station station) {
      if (this != LEGACY) return station;
      var windows = Map.of("eu", VERSION_1, "us", VERSION_1);
      station.links.policy(new RoadPolicy(mode, windows)).orThrow();
      return station;
    }

    /** Dials, without a word more. */
    Result<?> dial(Lab.Station from, Lab.Station to) throws InterruptedException {
      return this == LEGACY
          ? from.links.sync(to.id, Bytes.EMPTY, Duration.ofSeconds(20))
          : from.links.greet(to.links.local());
    }
  }

  private Lab.Station node(Door door, NodeId id, Credentials credentials) {
    return door.opened(lab.node(id, credentials, door::options));
  }

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
    return Stream.of(Door.values())
        .flatMap(
            door -> bad.stream().map(b -> org.junit.jupiter.params.provider.Arguments.of(door, b)));
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void isRefusedAndCounted(Door door, Bad bad) throws InterruptedException {
    // given a good node, and one with a certificate that must not come in
    var server = node(door, A, lab.ca.node(A));
    var stranger = node(door, B, bad.credentials().apply(lab.ca));
    // when it dials
    var dialled = door.dial(stranger, server);
    // then it is refused, both sides know why, and no handler ran
    var error = assertInstanceOf(Result.Err.class, dialled).error();
    assertTrue(bad.told().contains(error.details().get("mk")), error.text());
    await().until(() -> server.refusals("SERVER", bad.code()) >= 1);
    assertEquals(List.of(), server.heard);
    // and a good node still comes in, and is not counted
    var good = node(door, GOOD, lab.ca.node(GOOD));
    assertInstanceOf(Result.Ok.class, door.dial(good, server));
    assertEquals(1, refusals(server), server.meters.scrape());
  }

  /** Of whatever code. */
  private static double refusals(Lab.Station server) {
    return server
        .meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_handshake_failures_total{"))
        .filter(line -> line.contains("side=\"SERVER\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoCallsItselfAnotherThanItsCertificateIsRefused(Door door) {
    var server = node(door, A, lab.ca.node(A));
    var liar = node(door, NodeId.of("eu", "liar"), lab.ca.node(B));
    liar.want(server);
    await().until(() -> server.refusals("SERVER", "MK-TLS-032") >= 1);
    assertEquals(List.of(), server.heard);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoIsOfAnotherClusterUnderTheSameNamesIsRefused(Door door) {
    var server = node(door, A, lab.ca.node(A));
    var other =
        lab.node(
            B,
            lab.ca.node(B),
            options ->
                door.options(
                    LinkOptions.of(B, "other")
                        .withListen(options.listen())
                        .withSilence(options.silence())));
    door.opened(other).want(server);
    await().until(() -> server.refusals("SERVER", "MK-NET-006") >= 1);
    assertEquals(List.of(), server.heard);
  }

  /** S4: a dial that reaches another node than intended fails, on the dialling side. */
  @ParameterizedTest
  @EnumSource(Door.class)
  void anotherNodeThanWasDialledIsNotTalkedTo(Door door) {
    var server = node(door, A, lab.ca.node(A));
    var dialler = node(door, B, lab.ca.node(B));
    lab.rumours.put(GOOD, server.links.legacy());
    dialler.links.want(Map.of(GOOD, server.links.local()));
    await().until(() -> dialler.refusals("CLIENT", "MK-TLS-007") >= 1);
    await().until(() -> dialler.heard.contains("down us/good"));
    assertEquals(List.of(), server.heard);
  }
}

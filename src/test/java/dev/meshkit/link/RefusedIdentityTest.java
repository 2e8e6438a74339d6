package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * T27, and the fault table's refused certificate: whichever of two denies the other, for whatever
 * reason, the peer is blocked with the code and nothing more is dialled. HTTP/3 has its head start
 * for as long as it takes, so that no machine is too slow for it: HTTP/2 would be dialled as soon
 * as it has failed, if that were an answer to it.
 */
@Timeout(180)
class RefusedIdentityTest {
  private static final RoadTimes TIMES =
      RoadTimes.DEFAULTS
          .withDial(Duration.ofMinutes(1))
          .withH2After(Duration.ofMinutes(1))
          .withH3Patience(Duration.ofMinutes(1));

  private final Lab lab = new Lab();

  /** The credentials of the two ends. */
  private record Ends(Credentials listener, Credentials dialler) {}

  @AfterEach
  void close() {
    lab.close();
  }

  private Ends ends(String kind, String denies) {
    var good = new Ends(lab.ca.node(A), lab.ca.node(B));
    var foreign = new TestCa(CLUSTER);
    return switch (kind + " to the " + denies) {
      case "revoked to the listener" ->
          new Ends(lab.ca.denying(A, good.dialler.chain().getFirst()), good.dialler);
      case "revoked to the dialler" ->
          new Ends(good.listener, lab.ca.denying(B, good.listener.chain().getFirst()));
      case "foreign to the listener" -> new Ends(good.listener, foreign.stranger(B, lab.ca));
      default -> new Ends(foreign.stranger(A, lab.ca), good.dialler);
    };
  }

  /** The code is that of who denies: a stranger is told no more than that he is one. */
  @ParameterizedTest
  @CsvSource({
    "revoked, listener, MK-TLS-009",
    "revoked, dialler, MK-TLS-009",
    "foreign, listener, MK-TLS-010",
    "foreign, dialler, MK-TLS-002"
  })
  void blocksThePeerWithItsCodeAndDialsNothingMore(String kind, String denies, String code)
      throws Exception {
    // given two of whom one denies the other, and a path that counts
    var ends = ends(kind, denies);
    var server = lab.node(A, ends.listener(), options -> options);
    var node = lab.node(B, ends.dialler(), options -> options.withTimes(TIMES));
    try (var path = new Crossing(server.links.local())) {
      // when the one that dials wants a link
      node.links.want(Map.of(A, path.at()));
      await().until(() -> node.news.stream().anyMatch(news -> news.peer().equals(A)));
      // then the peer is blocked with the code, and whoever else asks is refused without a dial
      assertEquals(List.of(new RoadNews(RoadNews.What.BLOCKED, A, "IDENTITY", code)), node.news);
      isRefusedWithoutADial(node, code);
      isRefusedWithoutADial(node, code);
      assertEquals(
          1,
          node.count("meshkit_dials_total{result=\"" + code + "\",road=\"H3\"}"),
          node.meters.scrape());
      assertEquals(1, node.dialsInVain(), node.meters.scrape());
      assertEquals(0, path.connects());
      var road = node.links.peerRoads().get(A);
      assertTrue(road.isBlocked());
      assertEquals(code, road.code());
      assertEquals(List.of(), server.heard);
    }
  }

  private static void isRefusedWithoutADial(Lab.Station node, String code)
      throws InterruptedException {
    var asked = node.links.sync(A, Bytes.utf8("x"), Duration.ofMinutes(1));
    var error = assertInstanceOf(Result.Err.class, asked).error();
    assertEquals("error.identity", error.code());
    assertEquals(code, error.details().get("mk"));
    assertEquals(error.why().indexOf(code), error.why().lastIndexOf(code), error::why);
  }
}

package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Recorded;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * T26, T28, T29, T34: what becomes of the road when UDP fails, and heals, over real sockets and a
 * path that can be cut.
 */
@Timeout(180)
class RoadFaultsTest {
  private static final RoadTimes QUICK =
      RoadTimes.DEFAULTS.withRetry(Duration.ofMillis(300), Duration.ofMillis(200));

  private static final Pattern H3_IN_VAIN =
      Pattern.compile("meshkit_dials_total\\{result=\"MK-[^\"]+\",road=\"H3\"} 1");

  private final Lab lab = new Lab();
  private final List<Crossing> crossings = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    lab.close();
    for (var crossing : crossings) crossing.close();
  }

  private Crossing crossingTo(Lab.Station node) throws IOException {
    var crossing = new Crossing(node.links.local());
    crossings.add(crossing);
    return crossing;
  }

  /** G25: also where version 2 is the one that is to run: HTTP/2 is a matter inside it. */
  @ParameterizedTest
  @ValueSource(strings = {"both ways", "one way"})
  void whereUdpIsBlockedItIsHttp2AndEverythingSaysSo(String how) throws Exception {
    // given a path on which UDP vanishes
    var a = lab.node(A);
    var b = lab.node(B);
    var path = crossingTo(b);
    if (how.equals("one way")) path.deafenUdp();
    else path.cutUdp();
    // when the node behind it is wanted, then there is a road over HTTP/2
    var recorded =
        Recorded.during(
            () -> {
              a.links.want(Map.of(B, path.at()));
              await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
            },
            "meshkit.TransportDowngrade",
            "reason");
    // and recording, counter, news and history say so
    assertEquals(List.of("TIMEOUT"), recorded);
    assertEquals(1, a.count("meshkit_h3_fallback_total{reason=\"TIMEOUT\"}"), a.meters.scrape());
    assertEquals(
        List.of(new RoadNews(RoadNews.What.DOWNGRADED, B, "TIMEOUT", "MK-NET-003")), a.news);
    var last = a.links.peerRoads().get(B).history().getLast();
    assertEquals("NONE H2 TIMEOUT", last.from() + " " + last.to() + " " + last.reason());
    await().until(() -> a.links.peerRoads().get(B).roundTrip().isPresent());
  }

  @Test
  void whereUdpIsBlockedModeH3TriesNoTcp() throws IOException, InterruptedException {
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(RoadMode.H3));
    var b = lab.node(B);
    var path = crossingTo(b);
    path.cutUdp();
    var error = assertInstanceOf(Result.Err.class, a.links.greet(path.at())).error();
    assertEquals("MK-NET-004", error.details().get("mk"), error.text());
    assertEquals(0, path.connects());
  }

  @Test
  void whenUdpHealsTheStreamsMoveBackAndNoFrameIsLostOrDoubled() throws Exception {
    // given a link over HTTP/2, because UDP vanished
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(QUICK));
    var b = lab.node(B);
    var path = crossingTo(b);
    path.cutUdp();
    a.links.want(Map.of(B, path.at()));
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
    await().until(() -> b.links.up().contains(A));
    await().until(() -> a.say(B, Family.ELECT, "first") && b.say(A, Family.ELECT, "first"));
    try (var deliver = a.links.deliver(B).orThrow()) {
      // when UDP heals while both sides talk
      path.mend();
      var words = new ArrayList<String>();
      Talk.until(
          a, b, words, () -> words.size() > 100 && a.links.roads().equals(Map.of(B, RoadKind.H3)));
      // then all of it arrives, once, over HTTP/3 in the end
      Talk.isHeard(a, b, words);
      assertEquals(Map.of(A, RoadKind.H3), b.links.roads());
      assertEquals(1, a.count("meshkit_h3_repromotions_total"));
      assertTrue(
          a.news.contains(new RoadNews(RoadNews.What.PROMOTED, B, "PROMOTED", "")), "" + a.news);
      // and a delivery knows that it should move, and is not cut meanwhile
      await().until(deliver::isRetired);
      assertTrue(deliver.send(Bytes.utf8("one")));
      assertEquals("receipt for one", deliver.receive().orElseThrow().utf8());
    }
    try (var moved = a.links.deliver(B).orThrow()) {
      assertFalse(moved.isRetired());
    }
  }

  /**
   * A cold start, or a slow path: HTTP/3 takes longer than it may, and works. It has no answer yet
   * when HTTP/2 is taken, however slow this machine is: its dial lasts longer than that can take.
   */
  @Test
  void whereHttp3WasOnlySlowTheStreamsAreOnItLongBeforeTheUsualRetry() throws IOException {
    // given a path on which UDP passes as soon as HTTP/2 was taken in its place
    var patient =
        RoadTimes.DEFAULTS
            .withRetry(Duration.ofMinutes(15), Duration.ofMillis(200))
            .withH2After(Duration.ZERO)
            .withH3Patience(Duration.ofMillis(100))
            .withDial(Duration.ofMinutes(1));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(patient));
    var b = lab.node(B);
    var path = crossingTo(b);
    path.cutUdp();
    a.onNews =
        news -> {
          if (news.what() == RoadNews.What.DOWNGRADED) path.mend();
        };
    a.links.want(Map.of(B, path.at()));
    // then HTTP/2 is a short stay
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    assertEquals(
        List.of(RoadNews.What.DOWNGRADED, RoadNews.What.PROMOTED),
        a.news.stream().map(RoadNews::what).toList());
  }

  /** T28 Another network may let UDP pass: nobody waits for the usual retry there. */
  @Test
  void aNewAddressOfThisHostIsReasonToTryHttp3AtOnce() throws Exception {
    // given a link over HTTP/2 which HTTP/3 was tried beside, in vain, and is not for minutes now
    var patient = RoadTimes.DEFAULTS.withRetry(Duration.ofMinutes(15), Duration.ofMillis(200));
    lab.addresses.add(InetAddress.ofLiteral("192.0.2.1"));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(patient));
    var b = lab.node(B);
    var path = crossingTo(b);
    path.cutUdp();
    a.links.want(Map.of(B, path.at()));
    await().until(() -> H3_IN_VAIN.matcher(a.meters.scrape()).find());
    assertEquals(Map.of(B, RoadKind.H2), a.links.roads());
    // when UDP passes, and this host has another address
    path.mend();
    lab.addresses.add(InetAddress.ofLiteral("198.51.100.7"));
    // then the streams are on HTTP/3 long before its time
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    assertEquals(1, a.count("meshkit_h3_repromotions_total"));
  }

  /** T28 So is another address of the peer. */
  @Test
  void aNewAddressOfThePeerIsReasonToTryHttp3AtOnce() throws Exception {
    // given a link over HTTP/2 which HTTP/3 was tried beside, in vain, and is not for minutes now
    var patient = RoadTimes.DEFAULTS.withRetry(Duration.ofMinutes(15), Duration.ofMillis(200));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(patient));
    var b = lab.node(B);
    var path = crossingTo(b);
    path.cutUdp();
    a.links.want(Map.of(B, path.at()));
    await().until(() -> H3_IN_VAIN.matcher(a.meters.scrape()).find());
    assertEquals(Map.of(B, RoadKind.H2), a.links.roads());
    // when the peer is where UDP passes
    a.links.want(Map.of(B, crossingTo(b).at()));
    // then the streams are on HTTP/3 long before its time
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    assertEquals(1, a.count("meshkit_h3_repromotions_total"));
  }

  /** T28: HTTP/3 has to prove itself for a while, in which nobody else would look after HTTP/2. */
  @Test
  void whileHttp3IsTriedBesideItHttp2IsAskedForASignOfLife() throws IOException {
    // given a link over HTTP/2, and an HTTP/3 that passes again and has to prove itself for long
    var proof = RoadTimes.DEFAULTS.withRetry(Duration.ofMillis(300), Duration.ofHours(1));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(proof));
    var b = lab.node(B);
    var path = crossingTo(b);
    path.cutUdp();
    a.links.want(Map.of(B, path.at()));
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
    path.mend();
    await().until(() -> a.count("meshkit_dials_total{result=\"OK\",road=\"H3\"}") == 1);
    // then the peer is asked on and on, of which one question may be HTTP/3's
    var asked = b.questions();
    await().until(() -> b.questions() >= asked + 2);
    assertEquals(Map.of(B, RoadKind.H2), a.links.roads());
  }

  @Test
  void aLiveLinkWhoseUdpDiesIsBackOverHttp2() throws IOException {
    // quick to return to HTTP/3 if this machine is so slow that HTTP/2 wins at first
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(QUICK));
    var b = lab.node(B);
    var path = crossingTo(b);
    a.links.want(Map.of(B, path.at()));
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    path.cutUdp();
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
    await().until(() -> a.say(B, Family.STREAM, "still here"));
    await().until(() -> b.heard.contains("STREAM eu/a still here"));
  }

  /**
   * Gossip buries a silent peer of a mesh of two after 4 s: another road is dialled before this one
   * is given up. Whichever way is dead: in one of them the dialler hears all that is said.
   */
  @ParameterizedTest
  @ValueSource(strings = {"both ways", "there", "back"})
  void whileAPathIsInDoubtAnotherRoadIsDialled(String way) throws IOException {
    // given a link over HTTP/3
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(QUICK));
    var b = lab.node(B);
    var path = crossingTo(b);
    a.links.want(Map.of(B, path.at()));
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    await().until(() -> b.links.up().contains(A));
    // when UDP dies
    var before = downs(a) + downs(b);
    var givenUp = new CopyOnWriteArrayList<Long>();
    path.onConnect(() -> givenUp.add(downs(a) + downs(b) - before));
    switch (way) {
      case "both ways" -> path.cutUdp();
      case "there" -> path.muteUdp();
      default -> path.deafenUdp();
    }
    // then TCP is dialled while nobody has given up the road that is silent, and is taken
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
    await().until(() -> b.links.roads().equals(Map.of(A, RoadKind.H2)));
    assertEquals(0, givenUp.getFirst());
    await().until(() -> a.say(B, Family.STREAM, "still here"));
    await().until(() -> b.heard.contains("STREAM eu/a still here"));
  }

  private static long downs(Lab.Station station) {
    return station.heard.stream().filter(said -> said.startsWith("down")).count();
  }

  /** A peer that was only late is where it was: nothing moves, and nobody counts a downgrade. */
  @Test
  void aPathThatSpeaksAgainKeepsItsStreams() throws Exception {
    // given a link over HTTP/3, whose path is silent
    var a = lab.node(A);
    var b = lab.node(B);
    var path = crossingTo(b);
    a.links.want(Map.of(B, path.at()));
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    var handshakes = handshakes(a);
    var connects = path.connects();
    path.freezeTcp();
    path.cutUdp();
    // when it speaks as soon as another one is dialled, and a fresh one is usable, too
    await().pollInterval(Duration.ofMillis(10)).until(() -> path.connects() > connects);
    path.mend();
    var words = new ArrayList<String>();
    Talk.until(a, b, words, () -> handshakes(a) > handshakes);
    assertTrue(a.links.greet(path.at()).isOk()); // which waits until that dial has come to its end
    // then the streams are where they were, and always were
    Talk.isHeard(a, b, words);
    assertEquals(Map.of(B, RoadKind.H3), a.links.roads());
    assertEquals(List.of(), a.news);
    assertEquals(1, a.heard.stream().filter(said -> said.startsWith("up")).count());
    assertEquals(1, a.links.peerRoads().get(B).history().size());
  }

  private static double handshakes(Lab.Station station) {
    return station.count("meshkit_handshake_seconds_count{side=\"CLIENT\"}");
  }

  @Test
  void whenNearlyAllPeersFallItIsToldOnceForTheHost() throws Exception {
    // given five nodes, all of them behind paths on which UDP vanishes
    var a = lab.node(A);
    var wanted = new java.util.TreeMap<NodeId, dev.meshkit.api.Endpoint>();
    for (var i = 1; i <= 5; i++) {
      var peer = lab.node(NodeId.of("us", "p" + i));
      var path = crossingTo(peer);
      path.cutUdp();
      wanted.put(peer.id, path.at());
    }
    // when all are wanted
    a.links.want(wanted);
    await().until(() -> a.links.roads().size() == 5);
    // then it is one peer, another one, and then this host
    assertEquals(
        List.of(RoadNews.What.DOWNGRADED, RoadNews.What.DOWNGRADED, RoadNews.What.UDP_BLOCKED),
        a.news.stream().map(RoadNews::what).toList());
    assertEquals(5, a.count("meshkit_h3_fallback_total{reason=\"TIMEOUT\"}"));
  }
}

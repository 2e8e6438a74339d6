package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T34, T35, T36: two nodes whose regions permit the legacy socket, over real TLS on loopback. */
@Timeout(180)
class LegacyRoadTest {
  private static final RoadPolicy LEGACY = policy(new Window(1, 2, 1));
  private static final RoadPolicy BOTH = policy(new Window(1, 2, 2));
  private static final RoadPolicy CURRENT = policy(Window.ONLY_CURRENT);

  private final Lab lab = new Lab();

  private static RoadPolicy policy(Window eu) {
    return new RoadPolicy(RoadMode.AUTO, Map.of("eu", eu));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private Lab.Station node(NodeId id, RoadPolicy policy) {
    return node(id, lab.ca.node(id), policy);
  }

  private Lab.Station node(NodeId id, Credentials credentials, RoadPolicy policy) {
    var loopback = new Endpoint("127.0.0.1", 0);
    var station = lab.node(id, credentials, options -> options.withLegacy(loopback));
    station.links.policy(policy).orThrow();
    return station;
  }

  @Test
  void framesSyncsAndDeliveriesGoOverTheLegacySocket() throws Exception {
    var a = node(A, LEGACY);
    var b = node(B, LEGACY);
    a.want(b);
    b.want(a);
    await().until(() -> a.say(B, Family.STREAM, "hi") && a.say(B, Family.ELECT, "vote"));
    await().until(() -> b.say(A, Family.STREAM, "ho") && b.say(A, Family.ELECT, "yes"));
    await().until(() -> b.heard.containsAll(List.of("STREAM eu/a hi", "ELECT eu/a vote")));
    await().until(() -> a.heard.containsAll(List.of("STREAM eu/b ho", "ELECT eu/b yes")));
    assertEquals(Map.of(B, RoadKind.LEGACY), a.links.roads());
    assertEquals(Map.of(A, RoadKind.LEGACY), b.links.roads());
    var answer = a.links.sync(B, Bytes.utf8("table"), Duration.ofSeconds(5)).orThrow();
    assertEquals("table answered by eu/b", answer.utf8());
    try (var stream = a.links.deliver(B).orThrow()) {
      for (var i = 0; i < 300; i++) { // more than the credit, and than a queue holds
        assertTrue(stream.send(Bytes.utf8("m" + i)));
        assertEquals("receipt for m" + i, stream.receive().orElseThrow().utf8());
      }
    }
    await().until(() -> a.links.peerRoads().get(B).roundTrip().isPresent());
  }

  @Test
  void aReaderThatStopsMakesTheSenderWaitAndNobodyElse() throws Exception {
    // given a peer whose Stream handler hangs
    var a = node(A, LEGACY);
    var b = node(B, LEGACY);
    a.want(b);
    await().until(() -> a.say(B, Family.STREAM, "hang"));
    await().until(() -> b.heard.contains("hanging"));
    // when much more is said to it than it has given credit for
    var frame = Bytes.of(new byte[32 << 10]);
    for (var i = 0; i < 2_000; i++) assertTrue(a.links.send(B, Family.STREAM, "", frame));
    // then as much waits as may, what is too much is dropped and counted, and Elect is as before
    var waits = "meshkit_stream_unsent_bytes{family=\"%s\"}";
    await()
        .until(
            () ->
                a.links.send(B, Family.STREAM, "", frame)
                    && a.count(waits.formatted("STREAM")) == 1 << 20);
    assertEquals(0, a.count(waits.formatted("ELECT")));
    assertTrue(
        a.count("meshkit_stream_drops_total{family=\"STREAM\",reason=\"outgoing\"}") > 1_000);
    await().until(() -> a.say(B, Family.ELECT, "still here"));
    await().until(() -> b.heard.contains("ELECT eu/a still here"));
    b.unhang();
  }

  @Test
  void theListenerIsThereExactlyWhileVersion1IsPermitted() throws IOException {
    var a = node(A, CURRENT);
    assertEquals(Endpoint.NONE, a.links.legacy());
    a.links.policy(BOTH).orThrow();
    var at = a.links.legacy();
    assertNotEquals(Endpoint.NONE, at);
    new Socket(at.host(), at.port()).close();
    a.links.policy(CURRENT).orThrow();
    assertEquals(Endpoint.NONE, a.links.legacy());
    await()
        .until(
            () -> {
              try (var socket = new Socket(at.host(), at.port())) {
                return !socket.isConnected();
              } catch (ConnectException refused) {
                return true;
              }
            });
  }

  @Test
  void theStreamsFollowThePolicyAndNoFrameIsLostOrDoubled() throws Exception {
    // given a link over HTTP/3
    var a = node(A, BOTH);
    var b = node(B, BOTH);
    a.want(b);
    await().until(() -> a.links.up().contains(B) && b.links.up().contains(A));
    await().until(() -> a.say(B, Family.ELECT, "first") && b.say(A, Family.ELECT, "first"));
    var first = a.links.roads().get(B);
    var words = new ArrayList<String>();
    try (var deliver = a.links.deliver(B).orThrow()) {
      // when both sides are told to use the legacy socket, and then not to, while they talk
      for (var policy : List.of(LEGACY, BOTH, LEGACY, CURRENT)) {
        b.links.policy(policy.equals(CURRENT) ? BOTH : policy).orThrow();
        a.links.policy(policy).orThrow();
        var legacy = policy.equals(LEGACY);
        Talk.until(a, b, words, () -> (a.links.roads().get(B) == RoadKind.LEGACY) == legacy);
      }
      await().until(deliver::isRetired);
      assertTrue(deliver.send(Bytes.utf8("one")));
      assertEquals("receipt for one", deliver.receive().orElseThrow().utf8());
    }
    // then all of it arrives, once
    Talk.isHeard(a, b, words);
    assertNotEquals(RoadKind.LEGACY, first);
    var history = a.links.peerRoads().get(B).history();
    assertEquals(5, history.size(), history.toString());
    assertEquals("SWITCHED", history.getLast().reason());
  }

  /** The peer hears of a commit later: it is dialled again when it is ready, not turns after it. */
  @Test
  void aRoadThatCouldNotBeReplacedAtOnceIsSoonAfterThePeerSaysWhere() throws Exception {
    // given a road that was just looked at, and will not be for ten seconds
    var a = node(A, BOTH);
    var b = node(B, CURRENT);
    a.want(b);
    await().until(() -> a.links.up().contains(B));
    await().until(() -> a.links.peerRoads().get(B).roundTrip().isPresent());
    // when this side is to use the legacy socket before the peer has one
    a.links.policy(LEGACY).orThrow();
    var stays = new RoadNews(RoadNews.What.NOT_SWITCHED, B, "STAYS", "MK-NET-002");
    await().until(() -> a.news.contains(stays));
    b.links.policy(LEGACY).orThrow();
    // then it does as soon as there is one
    var soon = Duration.ofSeconds(4);
    await().atMost(soon).until(() -> a.links.dialled().equals(Map.of(B, RoadKind.LEGACY)));
  }

  @Test
  void whoMustNotComeInDoesNot() throws InterruptedException {
    // given a node that permits the legacy socket
    var server = node(A, LEGACY);
    // when one with a certificate of a foreign CA dials it, and one without any
    for (var bad : List.of(new TestCa(CLUSTER).stranger(B, lab.ca), lab.ca.anonymous(B))) {
      var stranger = node(B, bad, LEGACY);
      stranger.want(server);
      await().until(() -> stranger.news.stream().anyMatch(news -> news.peer().equals(A)));
      // then it is told so, and no handler ran
      var error = assertInstanceOf(Result.Err.class, stranger.links.deliver(A)).error();
      assertEquals("error.identity", error.code(), error.text());
      stranger.close();
    }
    assertTrue(server.refusals("SERVER", "MK-TLS-002") >= 1, server.meters.scrape());
    assertEquals(List.of(), server.heard);
  }

  @Test
  void regionsThatPermitNothingInCommonHaveNoRoad() throws InterruptedException {
    var a = node(A, new RoadPolicy(RoadMode.AUTO, Map.of("eu", new Window(1, 1, 1))));
    var c = lab.node(NodeId.of("us", "c"));
    a.want(c);
    var refused = a.links.sync(c.id, Bytes.utf8("x"), Duration.ofSeconds(1));
    var error = assertInstanceOf(Result.Err.class, refused).error();
    assertEquals("MK-NET-007", error.details().get("mk"), error.text());
    assertFalse(a.links.up().contains(c.id));
  }

  /** None for a thread that had ended when the recording asked for it. */
  private static String name(RecordedEvent start) {
    var thread = start.getThread();
    return thread == null ? "" : thread.getJavaName();
  }

  @Test
  void aPeerThatIsStuckIsLeftAtOnceWhenTheLinksClose() throws Exception {
    var begun = new ConcurrentHashMap<Long, String>();
    var ended = ConcurrentHashMap.<Long>newKeySet();
    try (var threads = new RecordingStream()) {
      threads.enable("jdk.VirtualThreadStart").withoutStackTrace();
      threads.enable("jdk.VirtualThreadEnd").withoutStackTrace();
      threads.onEvent(
          "jdk.VirtualThreadStart", one -> begun.put(one.getLong("javaThreadId"), name(one)));
      threads.onEvent("jdk.VirtualThreadEnd", one -> ended.add(one.getLong("javaThreadId")));
      threads.startAsync();
      // given a peer that reads nothing any more, and a writer that is stuck in its socket
      var a = node(A, LEGACY);
      var b = node(B, LEGACY);
      a.want(b);
      await().until(() -> a.say(B, Family.STREAM, "hang"));
      await().until(() -> b.heard.contains("hanging"));
      var frame = Bytes.of(new byte[32 << 10]);
      for (var i = 0; i < 200; i++) a.links.send(B, Family.STREAM, "", frame);
      var running = Set.of("legacy in eu/b", "legacy out eu/b", "legacy watch eu/b");
      await().until(() -> begun.values().containsAll(running));
      // when the node closes, then none of the threads that it had for that peer is left
      a.close();
      await().untilAsserted(() -> assertEquals(Map.of(), left(begun, ended)));
      assertEquals(Map.of(), a.links.roads());
      b.unhang();
    }
  }

  private static Map<Long, String> left(Map<Long, String> begun, Set<Long> ended) {
    var left = new TreeMap<Long, String>();
    begun.forEach(
        (id, name) -> {
          if (name.startsWith("legacy ") && name.endsWith(" eu/b") && !ended.contains(id)) {
            left.put(id, name);
          }
        });
    return left;
  }
}

package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadMode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes' links over real QUIC and TCP on loopback (T1, T21, T31, T34). */
class LinksTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = RoadMode.class,
      names = {"H3", "H2"})
  void framesGoBothWaysOnBothFamilies(RoadMode mode) {
    // given two nodes of which both want the other
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var b = lab.node(B, lab.ca.node(B), options -> options.withMode(mode));
    a.want(b);
    b.want(a);
    // when each says something on Stream and Elect as soon as it can
    await().until(() -> a.say(B, Family.STREAM, "hi") && a.say(B, Family.ELECT, "vote"));
    await().until(() -> b.say(A, Family.STREAM, "ho") && b.say(A, Family.ELECT, "yes"));
    // then it arrives, named by the certificate, over the road asked for
    await().until(() -> b.heard.contains("STREAM eu/a hi") && b.heard.contains("ELECT eu/a vote"));
    await().until(() -> a.heard.contains("STREAM eu/b ho") && a.heard.contains("ELECT eu/b yes"));
    assertEquals(Set.of(mode.name()), names(a));
    assertEquals(Set.of(mode.name()), names(b));
  }

  @ParameterizedTest
  @EnumSource(
      value = RoadMode.class,
      names = {"H3", "H2"})
  void greetSyncAndDeliver(RoadMode mode) throws InterruptedException {
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var b = lab.node(B, lab.ca.node(B), options -> options.withMode(mode));
    // when a asks who is at b's address
    assertEquals(B, a.links.greet(b.links.local()).orThrow());
    // then it can sync with it and deliver to it
    var answer = a.links.sync(B, Bytes.utf8("table"), Duration.ofSeconds(5)).orThrow();
    assertEquals("table answered by eu/b", answer.utf8());
    try (var stream = a.links.deliver(B).orThrow()) {
      assertTrue(stream.send(Bytes.utf8("one")));
      assertEquals("receipt for one", stream.receive().orElseThrow().utf8());
    }
  }

  /** T29: it is this node that goes, which is nothing to say of the peer. */
  @Test
  void whoAsksANodeThatStopsHearsSo() throws InterruptedException {
    var a = lab.node(A);
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.links.up().contains(B));
    a.close();
    var word = Bytes.utf8("x");
    var patience = Duration.ofSeconds(5);
    var answers =
        List.of(
            a.links.greet(b.links.local()),
            a.links.sync(B, word, patience),
            a.links.command(B, word, patience),
            a.links.deliver(B));
    for (var answer : answers) {
      var error = assertInstanceOf(Result.Err.class, answer).error();
      assertEquals("error.draining", error.code());
      assertEquals("MK-NET-009", error.details().get("mk"), error.text());
    }
  }

  private static Set<String> names(Lab.Station station) {
    return station.links.roads().values().stream()
        .map(Enum::name)
        .collect(java.util.stream.Collectors.toSet());
  }
}

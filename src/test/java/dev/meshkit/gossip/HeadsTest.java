package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How committed records become known: E12 and E14, as far as the core of gossip goes. */
class HeadsTest {
  private static final NodeId ANN = NodeId.of("eu", "m1");
  private static final NodeId BOB = NodeId.of("eu", "m2");
  private static final Head OLD = head(4, 7);
  private static final Head NEW = head(5, 7);

  private static Head head(long term, long version) {
    return new Head(Scope.GLOBAL, 1, term, version, Bytes.utf8("h" + version).sha256());
  }

  @Test
  void aNewerHeadIsAskedOfItsTellerAndPassedOnOnlyOnceItIsHeld() {
    var solo = peers();
    assertEquals(List.of(new Effect.Fetch(ANN, NEW)), fetches(hear(solo, ANN, NEW)));
    assertEquals(List.of(), solo.core.heads());
    solo.pass(Duration.ofMillis(400));
    assertEquals(List.of(), spoken(solo.effects), "passed on, and could not be served");
    var spread = spoken(solo.step(new Input.Viewed(NEW)));
    assertEquals(List.of(NEW), solo.core.heads());
    assertTrue(spread.contains(BOB), () -> "at once to the neighbours, not to " + spread);
    assertTrue(!spread.contains(ANN), "its teller knows");
  }

  /** E12. */
  @Test
  void aHeadNeverGoesBack() {
    var solo = peers();
    solo.step(new Input.Viewed(NEW));
    assertEquals(List.of(), fetches(hear(solo, ANN, OLD, NEW)));
    solo.step(new Input.Viewed(OLD));
    assertEquals(List.of(NEW), solo.core.heads());
    var reborn = new Head(Scope.GLOBAL, 2, 1, 1, Bytes.EMPTY);
    assertEquals(List.of(new Effect.Fetch(BOB, reborn)), fetches(hear(solo, BOB, reborn)));
  }

  @Test
  void anotherTellerIsAskedWhenOneFailsOrIsSilent() {
    var solo = peers();
    hear(solo, ANN, NEW);
    assertEquals(List.of(), fetches(hear(solo, BOB, NEW)), "one at a time");
    assertEquals(
        List.of(new Effect.Fetch(BOB, NEW)), fetches(solo.step(new Input.Unfetched(NEW, ANN))));
    hear(solo, ANN, NEW);
    solo.effects.clear();
    solo.pass(Duration.ofMillis(501));
    assertEquals(List.of(new Effect.Fetch(ANN, NEW)), fetches(solo.effects));
    // the last one that fails leaves nothing behind: whoever tells it next is asked
    solo.step(new Input.Unfetched(NEW, ANN));
    assertEquals(List.of(), fetches(solo.step(new Input.Unfetched(NEW, BOB))));
    assertEquals(List.of(new Effect.Fetch(BOB, NEW)), fetches(hear(solo, BOB, NEW)));
  }

  @Test
  void aTellerThatNeverAnswersIsNotAskedForEver() {
    var solo = peers();
    hear(solo, ANN, NEW);
    solo.effects.clear();
    solo.passAnswered(Duration.ofMinutes(1));
    assertEquals(15, fetches(solo.effects).size());
  }

  @Test
  void equalHeadsMakeEqualSums() {
    var one = peers();
    var other = peers();
    one.step(new Input.Viewed(OLD));
    assertNotEquals(one.core.sums(), other.core.sums());
    one.step(new Input.Viewed(NEW));
    other.step(new Input.Viewed(NEW));
    assertEquals(one.core.sums(), other.core.sums());
  }

  /** E14, small: also those that were cut off when it was said. */
  @Test
  void everyNodeHoldsANewHeadSoon() {
    var mesh = new TestMesh(1, Timing.fast());
    mesh.startAll(40);
    mesh.run(Duration.ofSeconds(20));
    assertTrue(mesh.agreed());
    mesh.step(mesh.host(7), new Input.Viewed(NEW));
    mesh.run(Duration.ofSeconds(1));
    for (var host : mesh.hosts.values()) assertEquals(List.of(NEW), host.core.heads());
    assertTrue(mesh.fetches >= 39, "asked " + mesh.fetches + " times");
    mesh.start(41, 1);
    mesh.run(Duration.ofSeconds(5));
    assertEquals(List.of(NEW), mesh.host(41).core.heads(), "a newcomer learns it by sync");
  }

  /** E12, S21: a revoked node is shown as LEFT, cannot refute, and counts again once it may. */
  @Test
  void aRevokedNodeIsShownAsLeftAndCannotRefute() {
    var solo = peers();
    var held = solo.core.entry(ANN);
    var effects = solo.step(new Input.Revoked(new TreeSet<>(List.of(ANN))));
    assertEquals(Standing.LEFT, solo.standing("eu/m1"));
    assertEquals(held, solo.core.entry(ANN), "what is held of it is not touched");
    var told = solo.changes.getLast();
    assertEquals(Change.Kind.LEFT, told.kind());
    assertEquals(Change.REVOKED, told.cause());
    assertTrue(
        effects.stream()
            .anyMatch(e -> e instanceof Effect.Want(var peers) && !peers.containsKey(ANN)));
    solo.hear(Solo.alive("eu/m1", 1, 5));
    solo.hear(Solo.alive("eu/m1", 9, 0));
    assertEquals(Standing.LEFT, solo.standing("eu/m1"));
    solo.step(new Input.Revoked(new TreeSet<>()));
    assertEquals(Standing.ALIVE, solo.standing("eu/m1"));
    assertEquals(9, solo.core.entry(ANN).key().generation());
  }

  private static Solo peers() {
    var solo = new Solo("eu/n1");
    solo.peers(3);
    solo.effects.clear();
    return solo;
  }

  private static List<Effect> hear(Solo solo, NodeId from, Head... heads) {
    var body = new Frame.News();
    var frame = new Frame(new Life(1, 0), body, List.of(), List.of(), List.of(heads));
    return solo.step(new Input.Received(from, frame));
  }

  private static List<Effect> fetches(List<Effect> effects) {
    return effects.stream().filter(Effect.Fetch.class::isInstance).toList();
  }

  /** Who was told a head. */
  private static List<NodeId> spoken(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(Effect.Send.class::cast)
        .filter(send -> !send.frame().heads().isEmpty())
        .map(Effect.Send::to)
        .toList();
  }
}

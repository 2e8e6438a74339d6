package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node's own life: who raises it, when, and what outranks it. */
class LifeTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId M1 = NodeId.of("eu", "m1");
  private static final Instant WALL = Instant.ofEpochMilli(Solo.GENERATION);

  /** M3: nothing leaves before the generation is durable. */
  @Test
  void nothingIsSaidBeforeTheGenerationIsDurable() {
    var core = new Gossip(GossipOptions.of(N1, Attrs.at(Solo.endpoint(N1))), Past.NONE);
    var facts = new Facts(Instant.EPOCH, WALL, 1);
    assertEquals(List.of(new Effect.Save(WALL.toEpochMilli())), core.step(new Input.Tick(), facts));
    var ping = new Frame(new Life(1, 0), new Frame.Ping(1, Told.NOTHING), List.of(), List.of());
    assertEquals(List.of(), core.step(new Input.LinkUp(M1), facts));
    assertEquals(List.of(), core.step(new Input.Received(M1, ping), facts));
    assertEquals(List.of(), core.step(new Input.Saved(WALL.toEpochMilli() - 1), facts));
    var first = core.step(new Input.Saved(WALL.toEpochMilli()), facts);
    assertTrue(first.stream().anyMatch(Effect.Send.class::isInstance), () -> first.toString());
  }

  /** M3: a restart outranks its past, whatever its clock: set back by 10 min or 1 h, or ahead. */
  @Test
  void aRestartOutranksItsPastWhateverTheClock() {
    var saved = WALL.toEpochMilli();
    for (var minutes : new int[] {-60, -10, 0, 10}) {
      var core = core(new Past(saved, List.of()));
      var wall = WALL.plus(Duration.ofMinutes(minutes));
      var effects = core.step(new Input.Tick(), new Facts(Instant.EPOCH, wall, 1));
      assertEquals(List.of(new Effect.Save(Math.max(saved + 1, wall.toEpochMilli()))), effects);
    }
  }

  /** Other labels are another life's, which outranks this one; the same are no news. */
  @Test
  void otherLabelsTakeAnotherLife() {
    var solo = new Solo("eu/n1");
    var labels = new java.util.TreeMap<>(java.util.Map.of("meshkit.legacy", "7445"));
    for (var i = 0; i < 2; i++) solo.step(new Input.Described(labels));
    var said = solo.core.members().stream().filter(one -> one.node().equals(N1)).findFirst();
    assertEquals(labels, said.orElseThrow().labels());
    assertEquals(1, said.orElseThrow().incarnation());
    solo.step(new Input.Leave());
    solo.step(new Input.Described(new java.util.TreeMap<>()));
    assertEquals(labels, solo.core.members().getFirst().labels());
  }

  /** M4: a greeting from more than a day ahead is refused with its own reason; less is not. */
  @Test
  void aGenerationFromTheFutureIsRefused() {
    var solo = new Solo("eu/n1");
    solo.step(new Input.LinkUp(M1));
    var day = Duration.ofHours(24).toMillis();
    var greet = new Frame.Greet(1, Bytes.EMPTY, Solo.endpoint(M1), Frame.Greet.Purpose.JOIN);
    solo.step(new Input.Received(M1, frame(Solo.GENERATION + day + 1, greet)));
    assertEquals(1, solo.sent(Frame.Reject.class).size());
    assertEquals(Refusal.FUTURE, solo.sent(Frame.Reject.class).getFirst().why());
    assertEquals(List.of(Change.Kind.REFUSED), solo.of("eu/m1"));
    solo.effects.clear();
    solo.step(new Input.Received(M1, frame(Solo.GENERATION + day, greet)));
    assertEquals(List.of(), solo.sent(Frame.Reject.class));
    assertTrue(solo.effects.contains(new Effect.Dial(Solo.endpoint(M1))));
  }

  /** M29: where UDP is blocked (T26) a dial takes more than 2 s, and finds who is there. */
  @Test
  void aJoinerThatIsReachedSlowlyIsLetIn() {
    var solo = new Solo("eu/n1");
    solo.step(new Input.LinkUp(M1));
    var at = Solo.endpoint(M1);
    var greet = new Frame.Greet(1, Bytes.EMPTY, at, Frame.Greet.Purpose.JOIN);
    solo.step(new Input.Received(M1, frame(Solo.GENERATION, greet)));
    solo.effects.clear();
    solo.pass(Duration.ofSeconds(5));
    solo.step(new Input.Dialled(at, M1));
    assertEquals(List.of(), solo.sent(Frame.Reject.class));
    var greeted = solo.sent(Frame.Greet.class).stream().map(Frame.Greet::purpose).toList();
    assertEquals(Frame.Greet.Purpose.WELCOME, greeted.getFirst()); // then as whoever is dialled
  }

  /** M10: of two processes under one name the lower generation stops, if the other answers. */
  @Test
  void theLowerGenerationOfTwoStops() {
    var solo = new Solo("eu/n1");
    var other = new Endpoint("other.test", 7443);
    var life = new Life(Solo.GENERATION + 5, 0);
    var told = Told.of(N1, Entry.alive(Attrs.at(other).said(life, 3)));
    solo.hear(told);
    assertTrue(solo.effects.contains(new Effect.Dial(other)));
    solo.step(new Input.Dialled(other, N1));
    assertTrue(solo.effects.contains(new Effect.Stop(Effect.Stop.Cause.CLONED)));
    assertEquals(List.of(), solo.step(new Input.Tick()), "it is over");
  }

  /** M10: my own past with a greater generation, a lost disk: outranked, durably, and announced. */
  @Test
  void aLostDiskStopsNobody() {
    var solo = new Solo("eu/n1");
    solo.peers(1);
    solo.effects.clear();
    var past = Solo.GENERATION + 5;
    solo.hear(Solo.alive("eu/n1", past, 0)); // names the endpoint that is mine
    assertEquals(List.of(new Effect.Save(past + 1)), solo.effects);
    solo.step(new Input.Saved(past + 1));
    assertEquals(new Key(past + 1, 0, Rank.ALIVE), solo.entry(N1).key());
    assertTrue(
        solo.effects.stream()
            .anyMatch(
                e -> e instanceof Effect.Send send && send.frame().life().generation() > past));
  }

  /** M10: of one generation the smaller nonce stops; mine is never the greatest there is. */
  @Test
  void ofOneGenerationTheSmallerNonceStops() {
    var solo = new Solo("eu/n1");
    var mine = solo.entry(N1).attrs().nonce();
    solo.hear(twin(mine - 1));
    assertFalse(solo.effects.stream().anyMatch(Effect.Stop.class::isInstance));
    solo.hear(twin(mine + 1));
    assertTrue(solo.effects.contains(new Effect.Stop(Effect.Stop.Cause.CLONED)));
  }

  /** §2: an accusation of an incarnation far ahead is answered by a new generation. */
  @Test
  void aForgedIncarnationRaisesTheGeneration() {
    var solo = new Solo("eu/n1");
    solo.hear(Solo.said("eu/n1", Solo.GENERATION, 1 << 16, Rank.SUSPECT, "eu/m1"));
    assertTrue(solo.effects.contains(new Effect.Save(Solo.GENERATION + 1)));
  }

  /** G2, M31: of the gone, an obituary of a newer life brings nobody back and kills nobody. */
  @Test
  void anObituaryOfANewerLifeChangesNoStanding() {
    var solo = new Solo("eu/n1");
    solo.peers(3);
    solo.hear(Solo.said("eu/m1", 1, 0, Rank.LEFT));
    solo.hear(Solo.said("eu/m1", 1, 1, Rank.DEAD, "eu/m2"));
    assertEquals(Standing.LEFT, solo.standing("eu/m1"));
    assertEquals(List.of(Change.Kind.JOINED, Change.Kind.LEFT), solo.of("eu/m1"));
    assertEquals(new Key(1, 1, Rank.DEAD), solo.entry(M1).key(), "stored and relayed");
  }

  /** §6: a further accuser is news while it shortens the timeout, and none afterwards. */
  @Test
  void accusersAreNewsWhileTheyCount() {
    var solo = new Solo("eu/n1");
    solo.peers(6);
    solo.hear(Solo.said("eu/m1", 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.pass(Duration.ofSeconds(2));
    assertEquals(0, solo.core.rumours());
    solo.hear(Solo.said("eu/m1", 1, 0, Rank.SUSPECT, "eu/m3"));
    assertEquals(1, solo.core.rumours());
    solo.hear(Solo.said("eu/m1", 1, 0, Rank.SUSPECT, "eu/m4"));
    solo.pass(Duration.ofMillis(900));
    assertEquals(0, solo.core.rumours());
    solo.hear(Solo.said("eu/m1", 1, 0, Rank.SUSPECT, "eu/m5"));
    assertEquals(0, solo.core.rumours(), "k = 2 confirm already");
  }

  private static Told twin(long nonce) {
    var life = new Life(Solo.GENERATION, 0);
    return Told.of(N1, Entry.alive(Attrs.at(Solo.endpoint(N1)).said(life, nonce)));
  }

  private static Frame frame(long generation, Frame.Body body) {
    return new Frame(new Life(generation, 0), body, List.of(), List.of());
  }

  private static Gossip core(Past past) {
    return new Gossip(GossipOptions.of(N1, Attrs.at(Solo.endpoint(N1))), past);
  }
}

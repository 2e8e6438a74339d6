package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hash, where nodes lie, and the sums: vectors that every implementation must meet. */
class HashTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");

  /** M2: vectors of gossip.md §3 and §7. */
  private static final List<Rank> RANKS = List.of(Rank.values());

  @Test
  void theVectorsHold() {
    assertEquals("efd01f60ba992926", hex(Hash.of("")));
    assertEquals("8fa09184d8bbab44", hex(Hash.of("eu/n1")));
    assertEquals("2ecb8d834b57eb41", hex(Rings.places(N1)[0]));
    assertEquals("619930dad5bbbda8", hex(Rings.places(N1)[1]));
    assertEquals("118117e23935e0ce", hex(Roots.hash(N1, new Key(7, 2, Rank.ALIVE))));
    var kv = Hash.START.text("eu/n1").one(0).u64(7).u64(41).u64(12).value();
    assertEquals("9b8924a0fcd7f726", hex(kv));
  }

  /** M2, G12: after any sequence the root that was kept equals the root computed anew. */
  @Test
  void theRootThatIsKeptEqualsTheRootComputedAnew() {
    var chance = new Random(3);
    var solo = new Solo("eu/n1");
    for (var i = 0; i < 3_000; i++) {
      var id = "eu/m" + chance.nextInt(30);
      var generation = 1 + chance.nextInt(4);
      var incarnation = chance.nextInt(4);
      if (chance.nextBoolean()) solo.hear(Solo.alive(id, generation, incarnation));
      else solo.hear(Solo.said(id, generation, incarnation, RANKS.get(chance.nextInt(4)), "eu/x"));
      if (i % 50 == 0) solo.pass(Duration.ofSeconds(chance.nextInt(8)));
      assertEquals(anew(solo), solo.core.sums().members());
    }
  }

  private static long anew(Solo solo) {
    var sum = Roots.hash(N1, solo.entry(N1).key());
    for (var i = 0; i < 30; i++) {
      var id = NodeId.of("eu", "m" + i);
      if (!solo.entry(id).equals(Entry.NOTHING)) sum += Roots.hash(id, solo.entry(id).key());
    }
    return sum;
  }

  private static String hex(long value) {
    return "%016x".formatted(value);
  }
}

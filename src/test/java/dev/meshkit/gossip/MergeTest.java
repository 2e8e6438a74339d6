package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The member lattice: gossip.md §1. */
class MergeTest {
  private static final int LOOPS = 50_000;

  /** M1: idempotent, commutative, associative, and an upper bound of both. */
  @Test
  void mergeIsAJoin() {
    var chance = new Random(1);
    for (var i = 0; i < LOOPS; i++) {
      var a = entry(chance);
      var b = entry(chance);
      var c = entry(chance);
      assertEquals(a, Merge.merge(a, a));
      assertEquals(Merge.merge(a, b), Merge.merge(b, a));
      assertEquals(Merge.merge(Merge.merge(a, b), c), Merge.merge(a, Merge.merge(b, c)));
      assertTrue(Merge.merge(a, b).key().compareTo(a.key()) >= 0);
      assertEquals(Merge.merge(a, b), Merge.merge(Merge.merge(a, b), b));
    }
  }

  /** M1: random orders of the same news, with repetitions, end in equal tables and roots. */
  @Test
  void orderAndRepetitionOfNewsDoNotMatter() {
    var chance = new Random(2);
    for (var run = 0; run < 200; run++) {
      var news = new ArrayList<Told>();
      for (var i = 0; i < 40; i++)
        news.add(Told.of(NodeId.of("eu", "m" + chance.nextInt(5)), entry(chance)));
      var one = new Solo("eu/n1");
      one.hear(news);
      Collections.shuffle(news, chance);
      for (var i = 0; i < 20; i++) news.add(news.get(chance.nextInt(40)));
      var other = new Solo("eu/n1");
      other.hear(news);
      assertEquals(known(one, news), known(other, news));
      assertEquals(one.core.sums(), other.core.sums());
    }
  }

  /** Generations and incarnations are unsigned: the one after 2^63 − 1 outranks it. */
  @Test
  void livesCompareUnsigned() {
    assertTrue(new Life(Long.MIN_VALUE, 0).compareTo(new Life(Long.MAX_VALUE, 0)) > 0);
    assertTrue(new Life(1, Integer.MIN_VALUE).compareTo(new Life(1, Integer.MAX_VALUE)) > 0);
  }

  private static TreeMap<NodeId, Entry> known(Solo solo, ArrayList<Told> news) {
    var known = new TreeMap<NodeId, Entry>();
    for (var told : news) known.put(told.id(), solo.entry(told.id()));
    return known;
  }

  /** From so small a world that ties and equal lives are frequent. */
  private static Entry entry(Random chance) {
    var rank = Rank.values()[chance.nextInt(4)];
    var key = new Key(1 + chance.nextInt(3), chance.nextInt(3), rank);
    var accusers = new TreeSet<NodeId>();
    for (var i = chance.nextInt(7); i > 0; i--)
      accusers.add(NodeId.of("eu", "a" + chance.nextInt(12)));
    var attrs =
        chance.nextInt(4) == 0
            ? Attrs.NONE
            : Attrs.at(TestMesh.endpoint(1))
                .said(new Life(1 + chance.nextInt(3), chance.nextInt(3)), chance.nextInt(2));
    return new Entry(key, attrs, rank == Rank.ALIVE ? new TreeSet<>() : accusers);
  }
}

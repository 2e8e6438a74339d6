package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * M41, the hard limit of a run; the distribution is judged over the campaign (V19). A violation
 * means that somebody learns three times too late, or never, that a member is dead or has left: its
 * place is not taken, and calls go where nobody is.
 */
final class SeenInTime implements Oracle {
  private static final int AT_MOST = 3;

  /** What becomes of a member; all times are of the last who learns of it. */
  private enum Fate {
    /** Its host is gone with it: it is held dead. */
    LOST,
    /** Its host says that nobody listens there: it is held dead. */
    KILLED,
    /** The same, until it is suspected. */
    DOUBTED,
    /** It said goodbye. */
    LEFT;

    /** In thousandths of what it may take at the 99th percentile. */
    String time() {
      return "gossip " + name().toLowerCase(Locale.ROOT) + " ‰";
    }

    /** What it may take at the median, in the same measure. */
    int median() {
      return this == LOST ? 720 : 1_000; // 6.5 of 10 s, 10 of 14, 2.6 of 3.8
    }
  }

  private final Timing timing;
  private final LongSupplier now;
  private final Predicate<NodeId> isHostUp;
  private final SortedSet<NodeId> up = new TreeSet<>();
  private final SortedMap<NodeId, Wait> dead = new TreeMap<>();
  private final SortedMap<NodeId, Wait> doubted = new TreeMap<>();
  private final SortedMap<NodeId, Wait> left = new TreeMap<>();
  private final List<Took> took = new ArrayList<>();

  /**
   * By that virtual time, nanoseconds.
   *
   * @param isHostUp whether the host of one that was killed still answers
   */
  SeenInTime(Timing timing, LongSupplier now, Predicate<NodeId> isHostUp) {
    this.timing = timing;
    this.now = now;
    this.isHostUp = isHostUp;
  }

  private record Wait(long since, int n, SortedSet<NodeId> lack) {}

  private record Took(Fate fate, long permille) {}

  @Override
  public String name() {
    return "M41";
  }

  @Override
  public void measure(Coverage run) {
    for (var one : took) run.measure(one.fate.time(), one.permille);
  }

  /** One sentence for each kind of news that all of a campaign got too late. */
  static List<String> excess(Coverage seen) {
    var wrong = new ArrayList<String>();
    for (var fate : Fate.values()) {
      var time = fate.time();
      if (seen.measured(time) == 0) wrong.add("VACUOUS: no " + time + " was measured");
      if (seen.percentile(time, 50) > fate.median() || seen.percentile(time, 99) > 1_000)
        wrong.add("LATE: " + time + " " + seen);
    }
    return wrong;
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Started(var node) -> {
        up.add(node);
        yield "";
      }
      case Sight.Leaving(var node) -> gone(node, left);
      case Sight.Stopped(var node) -> up.contains(node) ? gone(node, dead, doubted) : "";
      case Sight.Shown(var by, var of, var status, _) -> shown(by, of, status);
      case Sight.Calm _ -> dead.isEmpty() && left.isEmpty() ? "" : "not all know that " + waits();
      default -> "";
    };
  }

  @SafeVarargs
  private String gone(NodeId node, SortedMap<NodeId, Wait>... waits) {
    var n = up.size();
    up.remove(node);
    for (var others : List.of(dead, doubted, left))
      others.values().forEach(wait -> wait.lack.remove(node));
    for (var wait : waits) wait.put(node, new Wait(now.getAsLong(), n, new TreeSet<>(up)));
    return "";
  }

  private String shown(NodeId by, NodeId of, Status status) {
    return switch (status) {
      case SUSPECT -> learnt(by, of, doubted).map(wait -> doubted(of, wait)).orElse("");
      case DEAD -> shown(by, of, Status.SUSPECT) + died(by, of);
      case LEFT -> learnt(by, of, left).map(wait -> over(Fate.LEFT, of, wait)).orElse("");
      default -> "";
    };
  }

  private String doubted(NodeId of, Wait wait) {
    return isHostUp.test(of) ? over(Fate.DOUBTED, of, wait) : "";
  }

  private String died(NodeId by, NodeId of) {
    var fate = isHostUp.test(of) ? Fate.KILLED : Fate.LOST;
    return learnt(by, of, dead).map(wait -> over(fate, of, wait)).orElse("");
  }

  /** The wait that ends because {@code by}, who was the last to lack that news, has it. */
  private static Optional<Wait> learnt(NodeId by, NodeId of, SortedMap<NodeId, Wait> waits) {
    var wait = waits.get(of);
    if (wait == null || !wait.lack.remove(by) || !wait.lack.isEmpty()) return Optional.empty();
    waits.remove(of);
    return Optional.of(wait);
  }

  private String over(Fate fate, NodeId of, Wait wait) {
    var bound = bound(fate, wait.n);
    var nanos = now.getAsLong() - wait.since;
    took.add(new Took(fate, nanos * 1_000 / bound));
    if (nanos <= AT_MOST * bound) return "";
    return of + " was " + fate + ", and all knew after " + Seconds.text(nanos);
  }

  /** At the 99th percentile of so many members, nanoseconds: gossip.md §12. */
  private long bound(Fate fate, int n) {
    var size = Math.max(1, StrictMath.log10(n));
    var fast = timing.period().compareTo(Timing.fast().period()) <= 0;
    return switch (fate) {
      case LOST -> Seconds.of(fast ? 3.8 : 6 + 4 * size);
      case KILLED -> (long) (timing.alpha() * size * timing.period().toNanos()) + Seconds.of(1.5);
      case DOUBTED -> Seconds.of(2);
      case LEFT -> Seconds.of(1);
    };
  }

  /** So many members of a mesh do not know it. */
  private String waits() {
    var text = new StringBuilder();
    dead.forEach((node, wait) -> text.append(node + " is dead: " + wait.lack.size() + "; "));
    left.forEach((node, wait) -> text.append(node + " has left: " + wait.lack.size() + "; "));
    return text.toString();
  }
}

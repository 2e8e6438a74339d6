package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom a voter asks for what their disks hold before it begins the next generation, and what they
 * showed so far (§7). In memory only: a crash forgets that anybody was asked.
 *
 * @param genesis of the generation to begin; names this survey, as each recovery draws its own;
 *     empty: nothing is recovered
 * @param seat the voter's own in the next generation, where it alone votes
 * @param asked everybody who was asked, or is to be: who votes by a record that is found, and who
 *     recovers the same scope, too; while nothing is recovered who has asked this node, the last 16
 * @param latest who has not shown the latest record it stores
 * @param views who has not shown the latest record it knows to be committed
 * @param found what was shown, the latest of each kind, without its cap: that is of its own
 *     promises
 * @param time how long it waits
 */
record Survivors(
    Bytes genesis,
    Seat seat,
    SortedSet<NodeId> asked,
    SortedSet<NodeId> latest,
    SortedSet<NodeId> views,
    SortedMap<Shown, Durable> found,
    Wait time) {
  /** How many are asked at the most; who is named beyond that ends the recovery. */
  static final int LIMIT = 4 * Content.MAX_VOTERS + 3 * Input.Recover.MOST;

  /** Of whom a record is, of which generation, and whether it is known there to be committed. */
  record Shown(NodeId by, int generation, boolean committed) implements Comparable<Shown> {
    private static final Comparator<Shown> ORDER =
        Comparator.comparing(Shown::by)
            .thenComparingInt(Shown::generation)
            .thenComparing(Shown::committed);

    @Override
    public int compareTo(Shown other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * How long a recovery waits.
   *
   * @param again when all are asked again: frames get lost, and who has answered may follow a
   *     leader meanwhile, or store more
   * @param patience how long whoever was asked last is waited for
   * @param until when the generation begins with what is known by then
   * @param end when it is given up if it has not begun by then
   */
  record Wait(Instant again, Duration patience, Instant until, Instant end) {
    /** In patiences: as often as it may begin to wait anew. */
    private static final int MOST = 20;

    private static final Wait NONE = new Wait(Instant.MAX, Duration.ZERO, Instant.MAX, Instant.MAX);

    private static Wait from(Instant now, Duration patience) {
      return new Wait(now, patience, now.plus(patience), now.plus(patience.multipliedBy(MOST)));
    }

    /** For those who are asked now, as long as for the first ones. */
    private Wait anew(Instant now) {
      return new Wait(now, patience, now.plus(patience), end);
    }

    private Wait over(Instant now) {
      return new Wait(again, patience, now, end);
    }
  }

  /** Nobody is asked: nothing is being recovered. */
  static final Survivors NONE =
      new Survivors(
          Bytes.EMPTY,
          new Seat(NodeId.of("none", "none"), Bytes.EMPTY, Seat.DEFAULT_RANK),
          Collections.emptySortedSet(),
          Collections.emptySortedSet(),
          Collections.emptySortedSet(),
          Collections.emptySortedMap(),
          Wait.NONE);

  Survivors {
    asked = Collections.unmodifiableSortedSet(new TreeSet<>(asked));
    latest = Collections.unmodifiableSortedSet(new TreeSet<>(latest));
    views = Collections.unmodifiableSortedSet(new TreeSet<>(views));
    found = Collections.unmodifiableSortedMap(new TreeMap<>(found));
  }

  /** Of a recovery that asks {@code others} from {@code now} on, for {@code patience} at most. */
  static Survivors asking(
      Bytes genesis, Seat seat, Collection<NodeId> others, Instant now, Duration patience) {
    var all = new TreeSet<>(others);
    var time = Wait.from(now, patience);
    return new Survivors(
        genesis, seat, all, all, all, new TreeMap<>(), all.isEmpty() ? time.over(now) : time);
  }

  boolean isNone() {
    return genesis.isEmpty();
  }

  /** While nothing is recovered: {@code rival} recovers this scope, and is to be asked itself. */
  Survivors askedBy(NodeId rival) {
    var rivals = new TreeSet<>(asked);
    if (!isNone() || !rivals.add(rival)) return this;
    if (rivals.size() > Input.Recover.MOST) rivals.remove(rivals.first());
    return new Survivors(genesis, seat, rivals, latest, views, found, time);
  }

  /** When a tick has something to do; {@link Instant#MAX} if nothing is being recovered. */
  Instant due() {
    return time.again.isBefore(time.until) ? time.again : time.until;
  }

  /**
   * Whether whoever waits stood still itself for half of its patience, so that answers may lie
   * about that it has not read.
   */
  boolean isOverslept(Instant now) {
    return now.isAfter(due().plus(time.patience.dividedBy(2)));
  }

  Survivors askedUntil(Instant next) {
    return waiting(new Wait(next, time.patience, time.until, time.end));
  }

  /** All over again, with what was found: who has answered may hold more by now. */
  Survivors anew(Instant now) {
    return new Survivors(genesis, seat, asked, asked, asked, found, time.anew(now));
  }

  private Survivors waiting(Wait other) {
    return new Survivors(genesis, seat, asked, latest, views, found, other);
  }

  /**
   * With what {@code from} holds, if that is an answer to this survey and says anything new.
   * Whoever has shown both its latest record, which its header names, and its view is waited for no
   * longer; once all have, the generation may begin {@code now}.
   *
   * @param known what this voter knows to be committed
   */
  Survivors with(NodeId from, Header header, Frame.Holds holds, ScopeRecord known, Instant now) {
    if (!holds.survey().equals(genesis) || !asked.contains(from)) return this;
    var record = holds.record();
    var isLatest = record.id().equals(header.rec());
    if (!isLatest && !holds.committed()) return this;
    var restLatest = isLatest ? without(latest, from) : latest;
    var restViews = holds.committed() ? without(views, from) : views;
    var view = holds.committed() ? record : known;
    var shown = new Durable(header.term(), NodeId.NOBODY, record, view, Duration.ZERO);
    var more = with(new Shown(from, record.content().generation(), holds.committed()), shown);
    if (more.equals(found) && restLatest.equals(latest) && restViews.equals(views)) return this;
    var whole = restLatest.isEmpty() && restViews.isEmpty();
    return new Survivors(
            genesis, seat, asked, restLatest, restViews, more, whole ? time.over(now) : time)
        .asking(record.content(), known.content(), now);
  }

  /** What a survivor shows takes the place of what it showed before, if it is later. */
  private SortedMap<Shown, Durable> with(Shown key, Durable shown) {
    var more = new TreeMap<>(found);
    more.merge(key, shown, (before, now) -> isLater(now, before) ? now : before);
    return more;
  }

  private static boolean isLater(Durable one, Durable other) {
    return one.record().id().compareTo(other.record().id()) > 0;
  }

  /** Who votes by {@code shown} and has not been asked yet is asked now, and waited for. */
  private Survivors asking(Content shown, Content known, Instant now) {
    if (!shown.sameBirth(known)) return this;
    return asking(shown.voters().stream().map(Seat::node).toList(), now);
  }

  /** Who of these has not been asked yet is asked now, and waited for. */
  Survivors asking(List<NodeId> more, Instant now) {
    var news = new TreeSet<>(more);
    news.removeAll(asked);
    news.remove(seat.node());
    if (news.isEmpty()) return this;
    return new Survivors(
        genesis,
        seat,
        union(asked, news),
        union(latest, news),
        union(views, news),
        found,
        time.anew(now));
  }

  private static SortedSet<NodeId> union(SortedSet<NodeId> some, SortedSet<NodeId> others) {
    var all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }

  private static SortedSet<NodeId> without(SortedSet<NodeId> all, NodeId one) {
    var rest = new TreeSet<>(all);
    rest.remove(one);
    return rest;
  }
}

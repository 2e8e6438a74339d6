package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom a voter asks for what their disks hold before it begins the next generation, and what they
 * showed so far (§7). In memory only: a crash forgets that anybody was asked.
 *
 * @param genesis of the generation to begin; names this survey, as each recovery draws its own
 * @param seat the voter's own in the next generation, where it alone votes
 * @param asked everybody who was asked, or is to be: who votes by a record that is found, and who
 *     recovers the same scope, too
 * @param latest who has not shown the latest record it stores
 * @param views who has not shown the latest record it knows to be committed
 * @param found what was shown, the latest of each kind, without its cap: that is of its own
 *     promises
 * @param again when all are asked again: frames get lost, and who has answered may follow a leader
 *     meanwhile, or store more
 * @param patience how long whoever was asked last is waited for
 * @param until when the generation begins with what is known by then
 */
record Survivors(
    Bytes genesis,
    Seat seat,
    SortedSet<NodeId> asked,
    SortedSet<NodeId> latest,
    SortedSet<NodeId> views,
    SortedMap<Shown, Durable> found,
    Instant again,
    Duration patience,
    Instant until) {
  /** Of whom a record is, of which generation, and whether it is known there to be committed. */
  record Shown(NodeId by, int generation, boolean committed) implements Comparable<Shown> {
    private static final Comparator<Shown> ORDER =
        Comparator.comparing(Shown::by)
            .thenComparing(Shown::generation)
            .thenComparing(Shown::committed);

    @Override
    public int compareTo(Shown other) {
      return ORDER.compare(this, other);
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
          Instant.MAX,
          Duration.ZERO,
          Instant.MAX);

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
    var until = all.isEmpty() ? now : now.plus(patience);
    return new Survivors(genesis, seat, all, all, all, new TreeMap<>(), now, patience, until);
  }

  boolean isNone() {
    return genesis.isEmpty();
  }

  /** When a tick has something to do; {@link Instant#MAX} if nothing is being recovered. */
  Instant due() {
    return again.isBefore(until) ? again : until;
  }

  /**
   * Whether whoever waits stood still itself, so that answers may lie about that it has not read.
   */
  boolean isOverslept(Instant now) {
    return now.isAfter(due().plus(patience));
  }

  Survivors askedUntil(Instant next) {
    return new Survivors(genesis, seat, asked, latest, views, found, next, patience, until);
  }

  /** All over again, for as long as at first. */
  Survivors anew(Instant now) {
    return new Survivors(
        genesis, seat, asked, latest, views, found, now, patience, now.plus(patience));
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
            genesis, seat, asked, restLatest, restViews, more, again, patience, whole ? now : until)
        .asking(record.content(), known.content(), now);
  }

  /** What a survivor shows takes the place of what it showed before, if it is later. */
  private SortedMap<Shown, Durable> with(Shown key, Durable shown) {
    var more = new TreeMap<>(found);
    more.merge(
        key,
        shown,
        (before, now) -> now.record().id().compareTo(before.record().id()) > 0 ? now : before);
    return more;
  }

  /** Who votes by {@code shown} and has not been asked yet is asked now, and waited for. */
  private Survivors asking(Content shown, Content known, Instant now) {
    if (!shown.sameBirth(known)) return this;
    var voters = new TreeSet<NodeId>();
    for (var voter : shown.voters()) voters.add(voter.node());
    return asking(voters, now);
  }

  /** Who of these has not been asked yet is asked now, and waited for. */
  Survivors asking(Collection<NodeId> more, Instant now) {
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
        now,
        patience,
        now.plus(patience));
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

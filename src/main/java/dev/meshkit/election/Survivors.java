package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whom a voter asks for what their disks hold before it begins the next generation, and what they
 * showed so far (§7). In memory only: a crash forgets that anybody was asked.
 *
 * @param genesis of the generation to begin; names this survey, as each recovery draws its own
 * @param seat the voter's own in the next generation, where it alone votes
 * @param asked everybody who was asked, or is to be: who votes by a record that is found, too
 * @param latest who has not shown the latest record it stores
 * @param views who has not shown the latest record it knows to be committed
 * @param found what was shown; at most two for each that was asked, without its cap: that is of its
 *     own promises
 * @param again when who is silent is asked again
 * @param patience how long whoever was asked last is waited for
 * @param until when the generation begins with what is known by then
 */
record Survivors(
    Bytes genesis,
    Seat seat,
    SortedSet<NodeId> asked,
    SortedSet<NodeId> latest,
    SortedSet<NodeId> views,
    List<Durable> found,
    Instant again,
    Duration patience,
    Instant until) {
  /** Nobody is asked: nothing is being recovered. */
  static final Survivors NONE =
      new Survivors(
          Bytes.EMPTY,
          new Seat(NodeId.of("none", "none"), Bytes.EMPTY, Seat.DEFAULT_RANK),
          Collections.emptySortedSet(),
          Collections.emptySortedSet(),
          Collections.emptySortedSet(),
          List.of(),
          Instant.MAX,
          Duration.ZERO,
          Instant.MAX);

  Survivors {
    asked = Collections.unmodifiableSortedSet(new TreeSet<>(asked));
    latest = Collections.unmodifiableSortedSet(new TreeSet<>(latest));
    views = Collections.unmodifiableSortedSet(new TreeSet<>(views));
    found = List.copyOf(found);
  }

  /** Of a recovery that asks {@code others} from {@code now} on, for {@code patience} at most. */
  static Survivors asking(
      Bytes genesis, Seat seat, Collection<NodeId> others, Instant now, Duration patience) {
    var all = new TreeSet<>(others);
    var until = all.isEmpty() ? now : now.plus(patience);
    return new Survivors(genesis, seat, all, all, all, List.of(), now, patience, until);
  }

  boolean isNone() {
    return genesis.isEmpty();
  }

  /** Who is yet to show something. */
  SortedSet<NodeId> silent() {
    var silent = new TreeSet<>(latest);
    silent.addAll(views);
    return silent;
  }

  /** When a tick has something to do; {@link Instant#MAX} if nothing is being recovered. */
  Instant due() {
    return again.isBefore(until) ? again : until;
  }

  Survivors askedUntil(Instant next) {
    return new Survivors(genesis, seat, asked, latest, views, found, next, patience, until);
  }

  /**
   * With what {@code from} holds, if that is an answer to this survey and says anything new.
   * Whoever has shown both its latest record, which its header names, and its view is waited for no
   * longer; once all have, the generation may begin {@code now}.
   *
   * @param known what this voter knows to be committed
   */
  Survivors with(NodeId from, Header header, Frame.Holds holds, ScopeRecord known, Instant now) {
    if (!holds.survey().equals(genesis)) return this;
    var record = holds.record();
    var isLatest = record.id().equals(header.rec()) && latest.contains(from);
    var isView = holds.committed() && views.contains(from);
    if (!isLatest && !isView) return this;
    var restLatest = isLatest ? without(latest, from) : latest;
    var restViews = isView ? without(views, from) : views;
    var more = new ArrayList<>(found);
    var view = holds.committed() ? record : known;
    more.add(new Durable(header.term(), NodeId.NOBODY, record, view, Duration.ZERO));
    var whole = restLatest.isEmpty() && restViews.isEmpty();
    return new Survivors(
            genesis, seat, asked, restLatest, restViews, more, again, patience, whole ? now : until)
        .asking(record.content(), known.content(), now);
  }

  /** Who votes by {@code shown} and has not been asked yet is asked now, and waited for. */
  private Survivors asking(Content shown, Content known, Instant now) {
    if (!shown.sameBirth(known)) return this;
    var news = new TreeSet<NodeId>();
    for (var voter : shown.voters()) news.add(voter.node());
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

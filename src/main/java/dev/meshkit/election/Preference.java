package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What draws leadership towards those who should have it; never a matter of safety.
 *
 * @param favoured this node leads its own region, so it fires as if its rank were one better
 * @param moved when leadership was last handed to a named successor, as far as this node knows
 * @param since when this leader began to watch who answers
 * @param sent beats since then
 * @param acked how many of those each voter acknowledged
 */
record Preference(
    boolean favoured, Instant moved, Instant since, int sent, SortedMap<NodeId, Integer> acked) {
  /** How long a voter must answer before it is preferred. */
  static final Duration WATCHED = Duration.ofSeconds(30);

  /** Between two hand-overs that nobody asked for. */
  static final Duration APART = Duration.ofMinutes(5);

  Preference {
    acked = Collections.unmodifiableSortedMap(new TreeMap<>(acked));
  }

  /** Of a process that begins now: one that ran before may have forgotten a hand-over. */
  static Preference begun(boolean fresh, Instant now) {
    return new Preference(false, fresh ? Instant.MIN : now, Instant.MIN, 0, new TreeMap<>());
  }

  Preference favoured(boolean is) {
    return new Preference(is, moved, since, sent, acked);
  }

  Preference moved(Instant now) {
    return new Preference(favoured, now, since, sent, acked);
  }

  Preference watching(Instant now) {
    return new Preference(favoured, moved, now, 0, new TreeMap<>());
  }

  Preference beaten() {
    return new Preference(favoured, moved, since, sent + 1, acked);
  }

  Preference ackedBy(NodeId voter) {
    var counts = new TreeMap<>(acked);
    counts.merge(voter, 1, Integer::sum);
    return new Preference(favoured, moved, since, sent, counts);
  }

  /** Whether it was watched for long enough. */
  boolean isWatched(Instant now) {
    return !now.isBefore(since.plus(WATCHED));
  }

  /** Whether leadership may move again without being asked to. */
  boolean mayMove(Instant now) {
    return !now.isBefore(moved.plus(APART));
  }

  /** Whether a voter acknowledged 99 of 100 beats; the latest may still be under way. */
  boolean isSteady(NodeId voter) {
    return acked.getOrDefault(voter, 0) * 100L >= (sent - 1) * 99L;
  }
}

package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Judges what real nodes wrote to the flight recorder (V33), some of it by the oracles of the
 * simulator: who led which term, as everybody saw it (S1); that a node's tenures follow one another
 * with rising fences (S10); that no authority lasted into that of a later fence (S6); that nobody
 * votes twice in a term (S2); that a committed record says the same everywhere (S8); and that no
 * node's terms and committed records go back (S3, S13). What a fence protects is judged where it is
 * written (S5). {@code make chaos CASE=trace-check ARGS='n1.jfr n2.jfr'} reads recordings of
 * processes of one machine, whose wall clock is one.
 */
public final class TraceCheck {
  private final List<Oracle> oracles = List.of(new OneWinnerATerm(), new GainedAndLostAlternate());
  private final Map<String, NodeId> leaders = new TreeMap<>();
  private final Map<String, Fence> seen = new TreeMap<>();
  private final Map<String, Commit> known = new TreeMap<>();
  private final Map<String, String> contents = new TreeMap<>();
  private final Map<String, String> votes = new TreeMap<>();
  private final List<Authority> authorities = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  private TraceCheck() {}

  /** That a node led, from and to in milliseconds of the wall clock. */
  private record Authority(NodeId node, Fence fence, long fromMs, long toMs) {}

  /** Which record a node knows to be committed. */
  private record Commit(int generation, long term, long version) implements Comparable<Commit> {
    private static final Comparator<Commit> ORDER =
        Comparator.comparingInt(Commit::generation)
            .thenComparingLong(Commit::term)
            .thenComparingLong(Commit::version);

    @Override
    public int compareTo(Commit other) {
      return ORDER.compare(this, other);
    }
  }

  /** All that was recorded of elections, and how many tenures are in it. */
  public record Read(List<RecordedEvent> events) {
    /** Those that ended while they were recorded. */
    public long tenures() {
      return of(events, "meshkit.Tenure").size();
    }
  }

  /** What is wrong with the recordings in these files; also that there is nothing in them. */
  public static List<String> files(List<String> files) throws IOException {
    return check(read(files).events());
  }

  /** The recordings in these files; of the rest nothing is kept. */
  public static Read read(List<String> files) throws IOException {
    var events = new ArrayList<RecordedEvent>();
    for (var name : files) {
      try (var file = new RecordingFile(Path.of(name))) {
        while (file.hasMoreEvents()) {
          var event = file.readEvent();
          if (event.getEventType().getName().startsWith("meshkit.")) events.add(event);
        }
      }
    }
    return new Read(List.copyOf(events));
  }

  /** What is wrong with what all nodes of a mesh recorded. */
  public static List<String> check(List<RecordedEvent> events) {
    var check = new TraceCheck();
    of(events, "meshkit.LeaderChange").forEach(check::led);
    of(events, "meshkit.Tenure").forEach(check::tenure);
    of(events, "meshkit.RecordCommit").forEach(check::committed);
    of(events, "meshkit.Vote").forEach(check::voted);
    check.authorities();
    if (check.leaders.isEmpty()) check.wrong.add("VACUOUS: nobody led anything");
    return check.wrong;
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
        .toList();
  }

  private void led(RecordedEvent event) {
    var scope = Scope.parse(event.getString("scope"));
    var fence = new Fence(scope, event.getInt("generation"), event.getLong("term"));
    var before = seen.put(event.getString("node") + " " + scope, fence);
    if (before != null && fence.compareTo(before) < 0)
      wrong.add("S3 " + event.getString("node") + " is at " + fence + " after " + before);
    if (event.getString("to").isEmpty()) return;
    var leader = NodeId.parse(event.getString("to"));
    var known = leaders.put(scope + " " + fence.text(), leader);
    if (!leader.equals(known)) see(new Sight.Won(leader, fence)); // everybody who sees it says so
  }

  /** The event begins with the tenure, and says when authority ended. */
  private void tenure(RecordedEvent event) {
    var parts = event.getString("fence").split("\\.", 2);
    var scope = Scope.parse(event.getString("scope"));
    var fence = new Fence(scope, Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    var leader = NodeId.parse(event.getString("node"));
    see(new Sight.Gained(leader, fence));
    see(new Sight.Lost(leader, fence));
    authorities.add(new Authority(leader, fence, event.getLong("gained"), event.getLong("lost")));
  }

  /** In the order of fences each ends before the next begins; the clock is cut to milliseconds. */
  private void authorities() {
    var latest = new TreeMap<Scope, Authority>(Comparator.comparing(Scope::text));
    for (var next :
        authorities.stream()
            .sorted(Comparator.comparing(Authority::fence, TraceCheck::order))
            .toList()) {
      var before = latest.get(next.fence().scope());
      if (before != null && next.fromMs() < before.toMs())
        wrong.add(
            "S6 %s has authority %d ms before that of %s ends"
                .formatted(next, before.toMs() - next.fromMs(), before));
      if (before == null || next.toMs() > before.toMs()) latest.put(next.fence().scope(), next);
    }
  }

  private static int order(Fence a, Fence b) {
    return a.scope().equals(b.scope())
        ? a.compareTo(b)
        : a.scope().text().compareTo(b.scope().text());
  }

  private void committed(RecordedEvent event) {
    var node = event.getString("node") + " " + event.getString("scope");
    var commit =
        new Commit(event.getInt("generation"), event.getLong("term"), event.getLong("version"));
    var before = known.put(node, commit);
    if (before != null && commit.compareTo(before) < 0)
      wrong.add("S13 " + node + " knows " + commit + " after " + before);
    var content = event.getString("content");
    var other = contents.putIfAbsent(event.getString("scope") + " " + commit, content);
    if (other != null && !other.equals(content))
      wrong.add("S8 " + node + " knows " + commit + " as " + content + ", others as " + other);
  }

  private void voted(RecordedEvent event) {
    if (!event.getBoolean("granted")) return;
    var term =
        event.getString("scope") + " " + event.getInt("generation") + "." + event.getLong("term");
    var candidate = event.getString("candidate");
    var other = votes.putIfAbsent(event.getString("node") + " " + term, candidate);
    if (other != null && !other.equals(candidate))
      wrong.add(
          "S2 %s votes for %s and %s in %s"
              .formatted(event.getString("node"), other, candidate, term));
  }

  private void see(Sight sight) {
    for (var oracle : oracles) {
      var says = oracle.see(sight);
      if (!says.isEmpty()) wrong.add(oracle.name() + " " + says);
    }
  }
}

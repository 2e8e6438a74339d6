package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.sim.Sight.Kept;
import dev.meshkit.sim.Sight.RecordAt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every record of one scope that any disk ever held, and which of them are committed, whatever
 * their leaders believe (V16). A record's parent is what its leader held before, who is its first
 * holder, as nothing is shown before it is durable, or else offered it to the newcomer that is.
 */
final class RecordTree {
  private final SortedMap<RecordAt, Kept> records = new TreeMap<>();
  private final Map<RecordAt, RecordAt> parents = new TreeMap<>();
  private final Map<RecordAt, SortedSet<String>> holders = new TreeMap<>();
  private final Map<NodeId, RecordAt> before = new TreeMap<>();
  private final SortedSet<RecordAt> committed = new TreeSet<>();

  /** Takes note; says what is wrong with the tree now, or nothing. */
  String hold(Sight.Held held) {
    var record = held.record();
    var at = record.at();
    if (records.isEmpty()) committed.add(at); // with it the scope was born
    var wrong = exists(record, before.getOrDefault(held.node(), at));
    before.put(held.node(), at);
    var counts = wrong.isEmpty() && held.term().term() == at.term() && held.votes();
    return counts ? held(held.voter(), record) : wrong;
  }

  /** A leader shows a record which perhaps only a newcomer will store: it was made of its own. */
  String offer(Sight.Offered offered) {
    var record = offered.record();
    return exists(record, before.getOrDefault(offered.node(), record.at()));
  }

  /** A node's disks are lost: what its next ones hold first was not made of what they held. */
  void wiped(NodeId node) {
    before.remove(node);
  }

  /** F4, F3: an edge changes at most one voter; a term and a version name one content. */
  private String exists(Kept record, RecordAt parent) {
    var at = record.at();
    var known = records.putIfAbsent(at, record);
    if (known != null)
      return known.content().equals(record.content())
          ? ""
          : "two contents are called " + at + ": " + known + ", " + record;
    if (parent.equals(at)) return "";
    parents.put(at, parent);
    var changed = new TreeSet<>(record.voters());
    for (var voter : at(parent).voters()) if (!changed.remove(voter)) changed.add(voter);
    return changed.size() > 1 ? at + " changes " + changed + " of " + parent : begun(at);
  }

  /** Whether a quorum held it in its own term. */
  boolean isCommitted(RecordAt at) {
    return committed.contains(at);
  }

  /** The committed records of a version: the same content under the ids of several terms. */
  List<Kept> committed(long version) {
    return committed.stream().filter(at -> at.version() == version).map(this::at).toList();
  }

  /**
   * What became of all records.
   *
   * @param committed how many a quorum held in their own term, but for the first
   * @param kept how many were left uncommitted, but a committed one came of them
   * @param lost how many were left uncommitted, and a later one is committed that did not
   */
  record Fate(int committed, int kept, int lost) {}

  /** What has become of them so far. */
  Fate fate() {
    var kept = 0;
    var lost = 0;
    for (var at : records.keySet()) {
      var later = committed.tailSet(at);
      if (later.isEmpty() || later.first().equals(at)) continue;
      if (later.stream().anyMatch(heir -> descends(heir, at))) kept++;
      else lost++;
    }
    return new Fate(Math.max(0, committed.size() - 1), kept, lost);
  }

  /** T1: who wins starts below every record committed in an earlier term. */
  private String begun(RecordAt at) {
    var earlier = committed.headSet(new RecordAt(at.term(), 0));
    return earlier.isEmpty() || descends(at, earlier.last())
        ? ""
        : at + " does not descend from committed " + earlier.last();
  }

  private String held(String voter, Kept record) {
    var at = record.at();
    var who = holders.computeIfAbsent(at, _ -> new TreeSet<>());
    who.add(voter);
    if (who.size() < record.voters().size() / 2 + 1 || !committed.add(at)) return "";
    var lost = new ArrayList<RecordAt>();
    for (var other : records.tailMap(new RecordAt(at.term() + 1, 0)).keySet())
      if (!descends(other, at)) lost.add(other);
    for (var other : committed)
      if (other.compareTo(at) < 0 ? !descends(at, other) : !descends(other, at)) lost.add(other);
    return lost.isEmpty() ? "" : "committed " + at + " is on no line with " + lost;
  }

  private boolean descends(RecordAt from, RecordAt ancestor) {
    var at = from;
    while (at.compareTo(ancestor) > 0 && parents.containsKey(at)) at = parent(at);
    return at.equals(ancestor);
  }

  private RecordAt parent(RecordAt at) {
    return parents.getOrDefault(at, at);
  }

  private Kept at(RecordAt at) {
    return records.getOrDefault(at, new Kept(at, "", List.of(), List.of()));
  }
}

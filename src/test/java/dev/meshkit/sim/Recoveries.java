package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Recovery;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an operator does where a quorum is lost for good: one survivor begins the next generation
 * with what the disks of all survivors hold (election.md §7). Who has made a generation knows that
 * it is there: from survivors that are all of an older one it makes no other of its number.
 */
final class Recoveries {
  private int latest = 1;

  /**
   * Begins it on the disk of a process that has ended.
   *
   * @param seat of whom, the only voter from now on
   * @param own its disk
   * @param others the disks of all that run just then
   */
  void recover(SimNode node, Seat seat, SimDisk<Image> own, List<SimDisk<Image>> others) {
    var image = own.durable();
    var survivors = new ArrayList<Durable>();
    survivors.add(image.durable());
    others.forEach(other -> survivors.add(other.durable().durable()));
    var found = survivors.stream().max(Comparator.comparingInt(Recoveries::generation));
    if (generation(found.orElseThrow()) < latest) return;
    var genesis = Bytes.utf8("recovered on " + node.id());
    var next = Recovery.of(survivors, seat, genesis);
    latest = generation(next);
    own.write(new Image(image.boot(), next, image.peers().reborn()));
    saw(node, survivors, found.get());
  }

  private void saw(SimNode node, List<Durable> survivors, Durable found) {
    var known = new TreeSet<String>();
    for (var survivor : survivors) known.addAll(revoked(survivor.view()));
    var coverage = node.world().coverage();
    coverage.count(Coverage.Seen.RECOVERED);
    if (latest > 2) coverage.count(Coverage.Seen.RECOVERED_AGAIN);
    if (!revoked(found.view()).containsAll(known)) coverage.count(Coverage.Seen.UNITED);
    node.world().saw(new Sight.Reborn(Scope.GLOBAL, latest, known));
  }

  private static int generation(Durable durable) {
    return durable.record().content().generation();
  }

  /** Whom a record revokes. */
  static SortedSet<String> revoked(ScopeRecord record) {
    var all = new TreeSet<String>();
    for (var one : record.content().revocations()) all.add(one.key().hex() + one.node());
    return all;
  }
}

package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.TxWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tasks of one lane that are acknowledged together, with nothing else to commit, and whose numbers
 * and fences each rise by one: a sender's receipts come so. What is to be done with them in the
 * file is the same for all, and between the first and the last there is no other.
 *
 * @param held the leases, as they are in memory
 */
record AckRun(List<Held> held) {
  AckRun {
    held = List.copyOf(held);
  }

  /** The longest that these begin with; empty if the first of them is something else. */
  static AckRun of(List<? extends Settlement<?>> many, Map<Long, Held> leased) {
    var run = new ArrayList<Held>();
    for (var one : many) {
      var held = leased.get(one.lease().id().seq());
      if (held == null || held.ended() || held.fence() != one.lease().fence()) break;
      if (!(one.said() instanceof Disposition.Ack(var work)) || !work.equals(TxWork.NONE)) break;
      if (!run.isEmpty() && !follows(run.getLast(), held)) break;
      run.add(held);
    }
    return new AckRun(run);
  }

  private static boolean follows(Held earlier, Held later) {
    return later.seq() == earlier.seq() + 1
        && later.fence() == earlier.fence() + 1
        && later.lane() == earlier.lane();
  }

  int size() {
    return held.size();
  }

  LaneState lane() {
    return held.getFirst().lane();
  }

  /** The lowest number. */
  long first() {
    return held.getFirst().seq();
  }

  /** The highest number. */
  long last() {
    return held.getLast().seq();
  }

  /** Of all, headers and bodies. */
  long bytes() {
    return held.stream().mapToLong(one -> one.row().size()).sum();
  }

  /** Of the one with most. */
  long largest() {
    return held.stream().mapToLong(one -> one.row().size()).max().orElse(0);
  }
}

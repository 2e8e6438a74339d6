package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * G11 and M18. A violation means that a process which had stood still took others' silence for
 * theirs: it accused or buried somebody before it had run for as long again; or that one which
 * never stood still would think that it had.
 */
final class NobodyJudgesAfterAPause implements Oracle {
  private final Pairs<Status> last = new Pairs<>();
  private final SortedSet<NodeId> woken = new TreeSet<>();

  @Override
  public String name() {
    return "G11";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Stopped(var node) -> {
        woken.remove(node);
        last.forget(node);
      }
      case Sight.Overdue(var node) -> {
        return node + " wants to be woken in the past, and would think that it stood still";
      }
      case Sight.Woke(var node) -> woken.add(node);
      case Sight.Awake(var node) -> woken.remove(node);
      case Sight.Accuses(var by, var of) -> {
        if (woken.contains(by)) return by + " accuses " + of + " just after it stood still";
      }
      case Sight.Shown now -> {
        var before = last.put(now.observer(), now.subject(), now.status());
        var verdict = now.status() == Status.DEAD && before != Status.DEAD;
        if (verdict && woken.contains(now.observer())) return now + " just after it stood still";
      }
      default -> {}
    }
    return "";
  }
}

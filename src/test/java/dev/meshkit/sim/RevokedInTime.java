package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * M32, E14. A violation means that a node that lived did not show, 2 s after it was committed that
 * another is revoked, that it has left; or took it back later.
 */
final class RevokedInTime implements Oracle {
  /** The command that revokes it. */
  static final String COMMAND = "revoke";

  private static final long WITHIN = 2_000_000_000L;

  private final NodeId revoked;
  private final LongSupplier now;
  private final SortedSet<NodeId> lack = new TreeSet<>();
  private long since = -1;

  /** By that virtual time, nanoseconds. */
  RevokedInTime(NodeId revoked, LongSupplier now) {
    this.revoked = revoked;
    this.now = now;
  }

  @Override
  public String name() {
    return "M32";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) when !node.equals(revoked) -> lack.add(node);
      case Sight.Stopped(var node) -> lack.remove(node);
      case Sight.Applied(_, var command, _) when command.equals(COMMAND) && since < 0 ->
          since = now.getAsLong();
      case Sight.Shown(var by, var of, var status, _) when of.equals(revoked) -> {
        if (status == Status.LEFT) lack.remove(by);
        else if (!lack.contains(by) && !by.equals(revoked)) return by + " shows it " + status;
      }
      case Sight.Calm _ when since < 0 -> {
        return "nobody revoked it";
      }
      default -> {}
    }
    var late = since >= 0 && now.getAsLong() - since > WITHIN && !lack.isEmpty();
    return late ? lack + " show " + revoked + " 2 s after it was revoked" : "";
  }
}

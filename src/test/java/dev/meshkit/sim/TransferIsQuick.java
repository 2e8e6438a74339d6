package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * L2. For runs in which nothing fails. A violation means that a scope whose leader handed over is
 * without one for longer than any hand-over may take.
 */
final class TransferIsQuick implements Oracle {
  private final long within;
  private final SortedMap<Scope, Sight.Handed> handed = new TreeMap<>();

  /** {@code within}: nanoseconds. */
  TransferIsQuick(long within) {
    this.within = within;
  }

  @Override
  public String name() {
    return "L2";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Handed now -> {
        handed.put(now.fence().scope(), now);
        yield "";
      }
      case Sight.Took(var fence, var at) -> took(fence, at);
      case Sight.Calm _ -> handed.isEmpty() ? "" : "nobody took " + handed;
      default -> "";
    };
  }

  private String took(Fence fence, long at) {
    var from = handed.remove(fence.scope());
    if (from == null) return "";
    return at - from.at() > within
        ? fence + " took over at " + Seconds.text(at) + " from " + from
        : "";
  }
}

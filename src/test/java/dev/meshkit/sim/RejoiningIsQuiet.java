package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Why;
import java.util.Map;
import java.util.TreeMap;

/**
 * L7. For runs in which leader and quorum are never disturbed. A violation means that somebody who
 * lagged behind, was removed, or never voted cost a working leader its term. Whoever was granted a
 * later term than a leader's before that led may cost it once: it goes on to ask for it.
 */
final class RejoiningIsQuiet implements Oracle {
  private final Map<Scope, Long> granted = new TreeMap<>(); // the latest term, before anybody led
  private final Map<Scope, Boolean> excused = new TreeMap<>(); // of scopes that were led

  @Override
  public String name() {
    return "L7";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Sent(_, var frame)
          when frame.message() instanceof Frame.Answer(_, var term, var why, _)
              && why == Why.GRANTED -> {
        var scope = frame.header().scope();
        if (!excused.containsKey(scope)) granted.merge(scope, term, Math::max);
        yield "";
      }
      case Sight.Gained(_, var fence) -> {
        var later = granted.getOrDefault(fence.scope(), 0L) > fence.term();
        excused.putIfAbsent(fence.scope(), later);
        yield "";
      }
      case Sight.Won(_, var fence) when excused.containsKey(fence.scope()) ->
          Boolean.TRUE.equals(excused.put(fence.scope(), false))
              ? ""
              : sight + " though somebody led, and nothing was wrong with it";
      default -> "";
    };
  }
}

package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Rank;

/**
 * G6 and M6. A violation means that an observer shows one for a member of whom it has heard an
 * accusation, an obituary or a goodbye only: nobody could reach it, and it may never have been.
 */
final class MembersAreDescribed implements Oracle {
  private final Pairs<Entry> held = new Pairs<>();
  private final Pairs<Boolean> shown = new Pairs<>();

  @Override
  public String name() {
    return "G6";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Stopped(var node) -> {
        held.forget(node);
        shown.forget(node);
      }
      case Sight.Forgets(var observer, var subject) -> {
        held.put(observer, subject, Entry.NOTHING);
        shown.put(observer, subject, false);
      }
      case Sight.Holds(var observer, var subject, var entry) -> held.put(observer, subject, entry);
      case Sight.Shown now when !isItself(now) -> {
        var before = shown.put(now.observer(), now.subject(), true);
        if (before == null || !before) return first(now);
      }
      default -> {}
    }
    return "";
  }

  private static boolean isItself(Sight.Shown now) {
    var observer = now.observer().toString();
    var subject = now.subject().toString();
    return observer.equals(subject) || observer.equals(subject + SimNode.COPY);
  }

  /** Who is revoked is shown as one that has left, whatever is held of it. */
  private String first(Sight.Shown now) {
    var entry = held.get(now.observer(), now.subject());
    if (entry == null || !entry.attrs().isKnown()) return now + " and knows nothing of it";
    var rank = entry.key().rank();
    var gone = now.status() == Status.DEAD || (now.status() == Status.LEFT && rank == Rank.LEFT);
    return gone ? now + ", the first it shows of it" : "";
  }
}

package dev.meshkit.sim;

import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Key;

/**
 * G1, of members. A violation means that an observer took old news for newer: what it holds of
 * somebody, or what that one says of itself, went back, though it had not forgotten whom it is of.
 *
 * <p>Compares by itself, so that a core that compares wrongly is found out.
 */
final class KeysOnlyRise implements Oracle {
  private final Pairs<Entry> last = new Pairs<>();

  @Override
  public String name() {
    return "G1";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Stopped(var node) -> {
        last.forget(node);
        yield "";
      }
      case Sight.Forgets(var observer, var subject) -> {
        last.put(observer, subject, Entry.NOTHING);
        yield "";
      }
      case Sight.Holds(var observer, var subject, var now) -> {
        var before = last.put(observer, subject, now);
        if (before == null) yield "";
        var who = observer + " holds of " + subject + " ";
        if (falls(before.key(), now.key())) yield who + now.key() + " after " + before.key();
        if (falls(before.attrs(), now.attrs()))
          yield who + now.attrs() + " after " + before.attrs();
        yield "";
      }
      default -> "";
    };
  }

  private static boolean falls(Key before, Key now) {
    var byLife = life(now).compareTo(life(before));
    return byLife < 0 || (byLife == 0 && now.rank().code() < before.rank().code());
  }

  private static boolean falls(Attrs before, Attrs now) {
    var was = new Sight.Life(before.generation(), before.incarnation());
    var byLife = new Sight.Life(now.generation(), now.incarnation()).compareTo(was);
    var byNonce = Long.compareUnsigned(now.nonce(), before.nonce());
    return byLife < 0 || (byLife == 0 && byNonce < 0);
  }

  private static Sight.Life life(Key key) {
    return new Sight.Life(key.generation(), key.incarnation());
  }
}

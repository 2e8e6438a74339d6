package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;

/**
 * G1 and G2. A violation means that old news undid newer news: a view went back to a lesser life,
 * or the dead of a life are alive in the same one.
 */
final class LivesOnlyRise implements Oracle {
  private final Pairs<Sight.Shown> last = new Pairs<>();

  @Override
  public String name() {
    return "G2";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Stopped(var node) -> {
        last.forget(node);
        yield "";
      }
      case Sight.Shown now -> shown(now);
      default -> "";
    };
  }

  private String shown(Sight.Shown now) {
    var before = last.put(now.observer(), now.subject(), now);
    if (before == null) return "";
    var byLife = now.life().compareTo(before.life());
    var buried = before.status() == Status.DEAD || before.status() == Status.LEFT;
    var up = now.status() == Status.ALIVE || now.status() == Status.SUSPECT;
    return byLife < 0 || (byLife == 0 && buried && up) ? now + " after " + before : "";
  }
}

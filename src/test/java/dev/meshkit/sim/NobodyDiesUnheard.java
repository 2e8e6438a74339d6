package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;

/**
 * M7 and G9. A violation means that an observer buried somebody without the time to refute: at a
 * partition's heal each side's obituaries would kill the living of the other.
 */
final class NobodyDiesUnheard implements Oracle {
  private final Pairs<Status> last = new Pairs<>();

  @Override
  public String name() {
    return "M7";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Stopped(var node) -> {
        last.forget(node);
        yield "";
      }
      case Sight.Shown now -> {
        var before = last.put(now.observer(), now.subject(), now.status());
        var unheard =
            now.status() == Status.DEAD && before != Status.SUSPECT && before != Status.DEAD;
        yield unheard ? now + " without a suspicion first, but " + before : "";
      }
      default -> "";
    };
  }
}

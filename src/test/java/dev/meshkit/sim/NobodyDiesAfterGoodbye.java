package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;

/**
 * G9 and M31. A violation means that an observer whom a goodbye had reached says nevertheless that
 * its sender died: a planned stop would wake people as a crash does.
 */
final class NobodyDiesAfterGoodbye implements Oracle {
  private final Pairs<Boolean> shown = new Pairs<>();
  private final Pairs<Sight.Life> parted = new Pairs<>();

  @Override
  public String name() {
    return "G9";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Stopped(var node) -> {
        shown.forget(node);
        parted.forget(node);
        yield "";
      }
      // who is not shown yet may be one too many to keep anything of
      case Sight.Parted(var observer, var subject, var life) -> {
        var before = parted.get(observer, subject);
        var later = before == null || life.compareTo(before) > 0;
        if (later && shown.get(observer, subject) != null) parted.put(observer, subject, life);
        yield "";
      }
      case Sight.Shown now -> {
        shown.put(now.observer(), now.subject(), true);
        var left = parted.get(now.observer(), now.subject());
        var late = left != null && now.status() == Status.DEAD && now.life().compareTo(left) <= 0;
        yield late ? now + " after it heard the goodbye of " + left : "";
      }
      default -> "";
    };
  }
}

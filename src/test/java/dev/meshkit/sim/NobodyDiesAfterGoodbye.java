package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;

/**
 * G9 and M31. A violation means that an observer whom a goodbye had reached does not show that its
 * sender has left, or says later that it died: a planned stop would wake people as a crash does.
 */
final class NobodyDiesAfterGoodbye implements Oracle {
  private final Pairs<Sight.Life> parted = new Pairs<>();

  @Override
  public String name() {
    return "G9";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Stopped(var node) -> {
        parted.forget(node);
        yield "";
      }
      case Sight.Parted(var observer, var subject, var left, var now) -> {
        var before = parted.get(observer, subject);
        if (before == null || left.compareTo(before) > 0) parted.put(observer, subject, left);
        var missed = now.status() != Status.LEFT && now.life().compareTo(left) <= 0;
        yield missed ? observer + " heard the goodbye of " + subject + " and shows " + now : "";
      }
      case Sight.Shown now -> {
        var left = parted.get(now.observer(), now.subject());
        var late = left != null && now.status() == Status.DEAD && now.life().compareTo(left) <= 0;
        yield late ? now + " after it heard the goodbye of " + left : "";
      }
      default -> "";
    };
  }
}

package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import java.util.Set;
import java.util.TreeSet;

/**
 * M19. A violation means that somebody with whom nothing was wrong was buried, because others stood
 * still, or could not be heard: the sick would empty the mesh.
 */
final class NobodyHealthyDies implements Oracle {
  private final Set<NodeId> sick;
  private final Set<NodeId> mistaken;

  /** In nobody's eyes. */
  NobodyHealthyDies(Set<NodeId> sick) {
    this(sick, new TreeSet<>());
  }

  /**
   * In the eyes of all but the {@code mistaken}, who stand still so often that they hear nothing.
   */
  NobodyHealthyDies(Set<NodeId> sick, Set<NodeId> mistaken) {
    this.sick = new TreeSet<>(sick);
    this.mistaken = new TreeSet<>(mistaken);
  }

  @Override
  public String name() {
    return "M19";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Shown now) || now.status() != Status.DEAD) return "";
    var isRight = sick.contains(now.subject()) || mistaken.contains(now.observer());
    return isRight ? "" : now + ", with whom nothing is wrong";
  }
}

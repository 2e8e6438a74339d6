package dev.meshkit.node;

import dev.meshkit.election.Input;
import dev.meshkit.runtime.Mailbox;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The scopes whose votes lie in one {@code election.db}: a write of one tells the others that the
 * disk answers, so that a node that leads two scopes asks it once a second, not twice.
 *
 * <p>Thread-safe.
 */
final class SharedDisk {
  private final List<User> users = new CopyOnWriteArrayList<>();

  private record User(TenureBox box, Mailbox<Input> inputs) {}

  /** A scope writes there, and hears of the writes of others while it leads. */
  void join(TenureBox box, Mailbox<Input> inputs) {
    users.add(new User(box, inputs));
  }

  /**
   * A write of the scope with these inputs is durable. Who does not lead asks the disk nothing, and
   * is not woken; a full mailbox may lose it: then that scope asks by itself.
   */
  void answered(Mailbox<Input> writer, Instant began, Instant ended) {
    for (var user : users)
      if (user.inputs() != writer && user.box().authority().isPresent())
        user.inputs().offer(new Input.DiskAnswered(began, ended));
  }
}

package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import dev.meshkit.runtime.Clocks;
import java.time.Instant;
import java.util.Optional;

/** Asks for authority as an application's thread does, on the clock of a node. */
public final class AuthoritySpeed {
  private final TenureBox box = new TenureBox(Clocks.system().monotonic());

  /** A box that is open for longer than anybody asks. */
  public AuthoritySpeed() {
    box.open(new Fence(Scope.GLOBAL, 1, 7), Instant.MAX);
    if (ask().isEmpty()) throw new IllegalStateException("no authority to ask for");
  }

  /** Asks once. */
  public Optional<Fence> ask() {
    return box.authority();
  }
}

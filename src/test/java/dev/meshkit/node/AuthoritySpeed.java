package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import dev.meshkit.runtime.Clocks;
import java.time.Instant;

/** Asks for authority as an application's thread does, on the clock of a node. */
public final class AuthoritySpeed {
  private final TenureBox box = new TenureBox(Clocks.system().monotonic());

  /** A box that is open for longer than anybody asks. */
  public AuthoritySpeed() {
    box.open(new Fence(Scope.GLOBAL, 1, 7), Instant.MAX);
    if (ask(0) != 7_000) throw new IllegalStateException("no authority to ask for");
  }

  /** Asks a thousand times; the sum of the terms. */
  public long ask(long ignored) {
    var terms = 0L;
    for (var i = 0; i < 1_000; i++) {
      var fence = box.authority();
      if (fence.isPresent()) terms += fence.get().term();
    }
    return terms;
  }
}

package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs application code while this node leads one scope, tenure after tenure. Thread-safe. */
final class Tenures {
  private final TenureBox box;
  private final Duration joinWithin;
  private final List<Lead> leads = new ArrayList<>(); // guarded by this
  private final List<RunningTenure> current = new ArrayList<>(1); // guarded by this: one or none

  /** Of one scope; the end of a tenure waits at most {@code joinWithin} for its code. */
  Tenures(TenureBox box, Duration joinWithin) {
    this.box = box;
    this.joinWithin = joinWithin;
  }

  /** Runs {@code lead} in the tenure that runs, if one does, and in each that follows. */
  synchronized void lead(Lead lead) {
    leads.add(lead);
    current.forEach(tenure -> tenure.start(lead));
  }

  /** A tenure begins; what compares no fences is let alone for {@code grace}. */
  synchronized void begin(Fence fence, Duration grace) {
    var tenure = new RunningTenure(fence, box, grace);
    current.add(tenure);
    leads.forEach(tenure::start);
  }

  /** The tenure is over, if there is one; blocks within the bound until its code has ended. */
  void end() throws InterruptedException {
    var ending = ending();
    if (ending.isPresent()) ending.get().end(joinWithin);
  }

  private synchronized Optional<RunningTenure> ending() {
    return current.isEmpty() ? Optional.empty() : Optional.of(current.removeFirst());
  }
}

package dev.meshkit.node;

import dev.meshkit.api.Lead;
import dev.meshkit.api.Tenure;
import dev.meshkit.election.Input;
import dev.meshkit.runtime.Mailbox;
import java.util.concurrent.CountDownLatch;

/**
 * While this node leads its region, it is a little readier to lead the whole: liveness only, and a
 * hint that a full mailbox may lose.
 *
 * @param global where the election of the whole is told
 */
record Affinity(Mailbox<Input> global) implements Lead {
  @Override
  public void during(Tenure tenure) throws InterruptedException {
    global.offer(new Input.Favoured(true));
    try {
      new CountDownLatch(1).await(); // until the tenure ends, which interrupts
    } finally {
      global.offer(new Input.Favoured(false));
    }
  }
}

package dev.meshkit.node;

import dev.meshkit.queue.Inbox;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Forgets, now and then, what peers have sent that were not heard of for long, so that the inbox is
 * bounded by the peers there are and not by those there ever were.
 *
 * @param inbox of this node
 * @param keep for how long it remembers
 */
record InboxLoop(Inbox inbox, Duration keep) {
  private static final System.Logger LOG = System.getLogger(InboxLoop.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** Until interrupted. */
  void run() throws InterruptedException {
    while (true) {
      look();
      Thread.sleep(pause());
    }
  }

  /** A tenth of what it keeps, an hour at most. */
  Duration pause() {
    var tenth = keep.dividedBy(10);
    return tenth.compareTo(LONGEST_PAUSE) < 0 ? tenth : LONGEST_PAUSE;
  }

  private void look() throws InterruptedException {
    inbox
        .prune(keep)
        .onErr(why -> LOG.log(Level.WARNING, "the inbox was not looked through: {0}", why.text()))
        .onOk(
            lanes -> {
              if (lanes == 0) return;
              LOG.log(
                  Level.INFO,
                  "forgot {0} lanes of peers that were not heard of for {1}",
                  lanes,
                  keep);
            });
  }
}

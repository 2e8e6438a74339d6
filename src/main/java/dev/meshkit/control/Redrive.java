package dev.meshkit.control;

import dev.meshkit.control.proto.RedriveRequest;
import dev.meshkit.queue.Audit;

/**
 * An order to revive dead messages.
 *
 * @param dead which, by whom and why
 * @param perSecond at most so many a second; 0 for as fast as it goes
 * @param max at most so many in all; 0 for all
 * @param toLane the key of the lane they go to; empty for their own
 * @param head before what waits there
 * @param asNew with new numbers and tokens, hence delivered even where they were before
 */
public record Redrive(
    PoisonOrder dead, double perSecond, long max, String toLane, boolean head, boolean asNew) {
  /** A call's order. */
  static Redrive of(RedriveRequest ask, Audit by) {
    var which = PoisonOrder.Which.of(ask.getId(), ask.getMessageKind(), ask.getCode());
    return new Redrive(
        new PoisonOrder(which, by, ask.getDryRun(), Envelope.duration(ask.getWait())),
        ask.getRate(),
        ask.getMax(),
        ask.getToLane(),
        ask.getHead(),
        ask.getAsNew());
  }
}

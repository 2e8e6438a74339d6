package dev.meshkit.control;

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
    PoisonOrder dead, double perSecond, long max, String toLane, boolean head, boolean asNew) {}

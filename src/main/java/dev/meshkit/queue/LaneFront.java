package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;

/**
 * What is at the front of a lane that has live tasks: why it does not move, if it does not.
 *
 * @param lane which
 * @param enqueuedWall when its first task was enqueued
 * @param untilRetry how long until the task that holds the lane is tried again; ZERO if none does
 * @param pausedBy who paused the lane or its queue; empty if nobody did
 */
public record LaneFront(Lane lane, Instant enqueuedWall, Duration untilRetry, String pausedBy) {}

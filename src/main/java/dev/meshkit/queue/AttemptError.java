package dev.meshkit.queue;

import java.time.Instant;

/**
 * How one attempt failed.
 *
 * @param attempt which one, from 1
 * @param wall when
 * @param code the error's stable name
 * @param why in words, at most 200 characters
 */
public record AttemptError(int attempt, Instant wall, String code, String why) {}

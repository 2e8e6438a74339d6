package dev.meshkit.link;

import java.time.Instant;

/**
 * That what carries the Stream with a peer became another road.
 *
 * @param atWall when
 * @param from NONE, H3, H2, LEGACY or BLOCKED
 * @param to the same
 * @param reason why, as a word or an MK code
 */
public record RoadChange(Instant atWall, String from, String to, String reason) {}

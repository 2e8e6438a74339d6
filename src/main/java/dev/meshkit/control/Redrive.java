package dev.meshkit.control;

import java.util.OptionalLong;

/**
 * An order to revive dead messages: one of them, or all of a kind and code.
 *
 * @param which what to revive
 * @param perSecond at most so many a second; 0 for the queue's default
 * @param reason why, for the audit row
 * @param actor who, {@code uid@node}
 * @param dryRun only count them
 */
public record Redrive(Which which, double perSecond, String reason, String actor, boolean dryRun) {
  /** The messages meant. */
  public sealed interface Which {}

  /**
   * The one of this id.
   *
   * @param id as {@code poison list} shows it
   */
  public record One(long id) implements Which {}

  /**
   * All that died of {@code code} with this kind, up to the newest there is when the order comes.
   *
   * @param messageKind the topic
   * @param code the code they died of
   */
  public record AllOf(String messageKind, String code) implements Which {}

  /** The single id, if one is meant. */
  public OptionalLong id() {
    return which instanceof One(var id) ? OptionalLong.of(id) : OptionalLong.empty();
  }
}

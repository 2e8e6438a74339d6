package dev.meshkit.control;

import dev.meshkit.control.proto.PurgeRequest;
import dev.meshkit.queue.Audit;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Something to be done to dead messages: to one of them, or to all of a kind and code.
 *
 * @param which the messages meant
 * @param by who, {@code uid@node}, and why
 * @param dryRun only count them
 * @param patience how long the answer waits for the end; then it goes on by itself
 */
public record PoisonOrder(Which which, Audit by, boolean dryRun, Duration patience) {
  /** A call's order to remove some. */
  static PoisonOrder of(PurgeRequest ask, Audit by) {
    var which = Which.of(ask.getId(), ask.getMessageKind(), ask.getCode());
    return new PoisonOrder(which, by, ask.getDryRun(), Envelope.duration(ask.getWait()));
  }

  /** The messages meant. */
  public sealed interface Which {
    /** The one of this id, if it is one; else all of that kind and code. */
    static Which of(long id, String kind, String code) {
      return id > 0 ? new One(id) : new AllOf(kind, code);
    }
  }

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

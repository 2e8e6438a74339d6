package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;

/**
 * What a node that holds no record of a scope makes of a frame: any committed record is one to
 * begin with (R4), as for one that comes from an earlier generation. Until then it says that it is
 * of none, votes for nobody and promises nothing. Pure.
 */
public sealed interface Joining {
  /** The generation of a node that has none yet: every other is later. */
  int NONE = 0;

  /**
   * The sender is to be asked for its record.
   *
   * @param frame the question
   */
  record Ask(Frame frame) implements Joining {}

  /**
   * The scope begins here.
   *
   * @param first a committed record
   */
  record Begin(ScopeRecord first) implements Joining {}

  /** The sender has nothing to begin with, either. */
  record Nothing() implements Joining {}

  /**
   * Hears a frame.
   *
   * @param scope which this node is to take part in
   * @param store its store
   * @param life its process
   */
  static Joining hear(Scope scope, Bytes store, Life life, Frame frame) {
    var header = frame.header();
    if (header.generation() == NONE || !header.scope().equals(scope)) return new Nothing();
    if (frame.message() instanceof Frame.RecordPut(var record, var committed)
        && committed
        && record.content().generation() == header.generation()) return new Begin(record);
    var none = new Header(scope, NONE, Bytes.EMPTY, 0, new RecordId(0, 0), store, life);
    return new Ask(new Frame(none, new Frame.RecordGet(header.rec())));
  }
}

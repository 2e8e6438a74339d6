package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sender's lane of an {@link Inbox}, for the one thread that marks in it: what was applied is
 * read once, and then known from its own marks, so that a look costs no read of the file.
 */
public final class InboxLane {
  private final Inbox inbox;
  private final Inbox.Source source;
  private @Nullable AppliedNumbers known; // null: to be read, for the last mark may have failed

  InboxLane(Inbox inbox, Inbox.Source source) {
    this.inbox = inbox;
    this.source = source;
  }

  /** Whether a number is new. Blocks for a read at first, and after a mark that failed. */
  public Result<Inbox.Mark> look(long n) throws InterruptedException {
    if (known != null) return Result.ok(known.look(n));
    return inbox.read(source).onOk(read -> known = read).map(read -> read.look(n));
  }

  /**
   * Marks a new number and runs {@code work} in one transaction: both or neither; blocks for the
   * commit. NEW if that happened now; otherwise nothing did. Work that throws is {@code
   * error.store.op}.
   */
  public Result<Inbox.Mark> apply(long n, TxWork work) throws InterruptedException {
    known = null; // whoever is interrupted does not learn what became of it
    return inbox
        .apply(source, n, work)
        .onOk(marked -> known = marked.numbers())
        .map(marked -> marked.marks().getFirst());
  }

  /**
   * Marks numbers, rising, which need nothing else, in one transaction: all or none; blocks for the
   * commit. What was NEW is marked now.
   */
  public Result<List<Inbox.Mark>> apply(List<Long> numbers) throws InterruptedException {
    known = null;
    return inbox
        .apply(source, numbers)
        .onOk(marked -> known = marked.numbers())
        .map(Inbox.Marked::marks);
  }
}

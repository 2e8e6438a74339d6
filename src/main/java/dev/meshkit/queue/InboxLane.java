package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sender's lane of an {@link Inbox}, for the one thread that marks in it, and one that looks
 * ahead: what was applied is read once, and then known from its own marks, so that a look costs no
 * read of the file.
 */
public final class InboxLane {
  private final Inbox inbox;
  private final Inbox.Source source;
  private volatile @Nullable AppliedNumbers known; // null: to be read; written holding the monitor
  private boolean marking; // guarded by this

  InboxLane(Inbox inbox, Inbox.Source source) {
    this.inbox = inbox;
    this.source = source;
  }

  /**
   * Whether a number is new; while marks are under way, as if they were not. Blocks for a read at
   * first, and after a mark that failed.
   */
  public Result<Inbox.Mark> look(long n) throws InterruptedException {
    var before = known;
    if (before != null) return Result.ok(before.look(n));
    return inbox.read(source).onOk(this::remember).map(read -> read.look(n));
  }

  /** Unless a mark has come between: that knows better. */
  private synchronized void remember(AppliedNumbers read) {
    if (known == null && !marking) known = read;
  }

  /**
   * Marks a new number and runs {@code work} in one transaction: both or neither; blocks for the
   * commit. NEW if that happened now; otherwise nothing did. Work that throws is {@code
   * error.store.op}.
   */
  public Result<Inbox.Mark> apply(long n, TxWork work) throws InterruptedException {
    return marked(() -> inbox.apply(source, n, work)).map(marked -> marked.marks().getFirst());
  }

  /**
   * Marks numbers, rising, which need nothing else, in one transaction: all or none; blocks for the
   * commit. What was NEW is marked now.
   */
  public Result<List<Inbox.Mark>> apply(List<Long> numbers) throws InterruptedException {
    return marked(() -> inbox.apply(source, numbers)).map(Inbox.Marked::marks);
  }

  private interface Marking {
    Result<Inbox.Marked> run() throws InterruptedException;
  }

  /** Whoever is interrupted does not learn what became of it. */
  private Result<Inbox.Marked> marked(Marking marking) throws InterruptedException {
    begin();
    AppliedNumbers now = null;
    try {
      var marked = marking.run();
      if (marked instanceof Result.Ok<Inbox.Marked>(var whole)) now = whole.numbers();
      return marked;
    } finally {
      end(now);
    }
  }

  private synchronized void begin() {
    marking = true;
  }

  private synchronized void end(@Nullable AppliedNumbers now) {
    marking = false;
    known = now;
  }
}

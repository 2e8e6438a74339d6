package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Token;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.TaskId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Who may still ask what became of a message. Bounded: beyond {@link #MOST} unanswered messages a
 * further one cannot be awaited, and says so. Thread-safe.
 */
final class Awaited {
  /** How many unanswered messages can be awaited at once, and how many answers are remembered. */
  static final int MOST = 65_536;

  private static final int REMEMBERED = 4_096;

  private final Map<Long, Slot> waiting = new HashMap<>(); // guarded by this
  private final Map<Long, Result<Unit>> early = // guarded by this
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Result<Unit>> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** A handle for a message that was queued; its answer may have come already. */
  synchronized Sent sent(TaskId id, Token token) {
    var known = early.remove(id.seq());
    if (known != null) return new Slot(id, token, known);
    if (waiting.size() >= MOST) return new Slot(id, token, Result.err(tooMany(id)));
    var slot = new Slot(id, token);
    waiting.put(id.seq(), slot);
    return slot;
  }

  /** What became of a message, for good. */
  synchronized void settled(TaskId id, Result<Unit> answer) {
    var slot = waiting.remove(id.seq());
    if (slot == null) early.put(id.seq(), answer);
    else slot.answer(answer);
  }

  private static MeshError tooMany(TaskId id) {
    return MeshError.of(
        "error.unspecified",
        "awaiting message " + id,
        MOST + " messages of this node are awaited already; it is queued all the same",
        "look for it in meshkit queue, or await fewer at a time",
        MeshError.Retry.NEVER);
  }

  /** One message and its answer. */
  private static final class Slot implements Sent {
    private final TaskId id;
    private final Token token;
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile Result<Unit> answer;

    Slot(TaskId id, Token token) {
      this.id = id;
      this.token = token;
      this.answer = Result.ok();
    }

    Slot(TaskId id, Token token, Result<Unit> known) {
      this(id, token);
      answer(known);
    }

    void answer(Result<Unit> known) {
      answer = known;
      answered.countDown();
    }

    @Override
    public long id() {
      return id.seq();
    }

    @Override
    public Token token() {
      return token;
    }

    @Override
    public Result<Unit> await(Duration wait) throws InterruptedException {
      if (answered.await(wait.toNanos(), TimeUnit.NANOSECONDS)) return answer;
      return Result.err(new MeshError.TimedOut(wait, "awaiting the receipt of message " + id));
    }
  }
}

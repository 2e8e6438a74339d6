package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The answers that are waited for on a legacy connection. Thread-safe. */
final class LegacyReplies {
  private final Map<Long, Reply> waiting = new ConcurrentHashMap<>();

  /** An answer that is waited for. */
  static final class Reply {
    private final CountDownLatch there = new CountDownLatch(1);
    private volatile Bytes answer = Bytes.EMPTY;
    private volatile Status status = Status.OK;

    /** The answer, or why there is none; blocks at most {@code patience}. */
    Bytes await(Duration patience) throws InterruptedException {
      if (!there.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw Status.DEADLINE_EXCEEDED.asRuntimeException();
      }
      if (!status.isOk()) throw status.asRuntimeException();
      return answer;
    }

    private void is(Bytes bytes, Status how) {
      answer = bytes;
      status = how;
      there.countDown();
    }
  }

  /** An answer with this id is waited for from now on. */
  Reply expect(long id) {
    var reply = new Reply();
    waiting.put(id, reply);
    return reply;
  }

  /** Nobody waits for it any more; false if it came. */
  boolean forget(long id) {
    return waiting.remove(id) != null;
  }

  /** It came; false if nobody waits for it any more. */
  boolean came(long id, Bytes answer, Status how) {
    var reply = waiting.remove(id);
    if (reply != null) reply.is(answer, how);
    return reply != null;
  }

  /** None will come. */
  void end(Status why) {
    waiting.values().forEach(reply -> reply.is(Bytes.EMPTY, why));
  }
}

package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.LegacyFrame.Kind;
import dev.meshkit.transport.LegacyQueue.Rank;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;

/** What is asked on a legacy connection, and the answers that are waited for. Thread-safe. */
final class LegacyReplies {
  /** The most requests that are open in one direction. */
  static final int MAX_REQUESTS = 32;

  private final LegacyLink link;
  private final Semaphore requests = new Semaphore(MAX_REQUESTS);
  private final Map<Long, Reply> waiting = new ConcurrentHashMap<>();

  /** An answer that is waited for. The first that there is counts: its thread may be any. */
  static final class Reply {
    private final CountDownLatch there = new CountDownLatch(1);
    private final AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.NONE);

    private record Outcome(Bytes answer, Status how) {
      static final Outcome NONE = new Outcome(Bytes.EMPTY, Status.DEADLINE_EXCEEDED);
    }

    /** The answer, or why there is none; blocks at most {@code patience}. */
    Bytes await(Duration patience) throws InterruptedException {
      var _ = there.await(patience.toNanos(), TimeUnit.NANOSECONDS);
      var is = Objects.requireNonNull(outcome.get(), "it begins with NONE");
      if (!is.how().isOk()) throw is.how().asRuntimeException();
      return is.answer();
    }

    /** What it is, if nothing was before. */
    void is(Bytes bytes, Status how) {
      if (outcome.compareAndSet(Outcome.NONE, new Outcome(bytes, how))) there.countDown();
    }
  }

  LegacyReplies(LegacyLink link) {
    this.link = link;
  }

  /** Asks, and blocks at most {@code patience} for the answer. */
  Bytes ask(Carrier.Asked what, Bytes request, Duration patience) {
    return switch (what) {
      case PROBE -> answer(Rank.CONTROL, id -> new LegacyFrame(Kind.PING, id, request), patience);
      case SYNC -> request(LegacyBody.tagged(LegacyBody.SYNC, request), patience);
      case COMMAND -> request(LegacyBody.tagged(LegacyBody.COMMAND, request), patience);
    };
  }

  private Bytes request(Bytes body, Duration patience) {
    if (!requests.tryAcquire()) throw tooMany();
    try {
      return answer(Rank.CALL, id -> new LegacyFrame(Kind.REQ, id, body), patience);
    } finally {
      requests.release();
    }
  }

  private static StatusRuntimeException tooMany() {
    return Status.RESOURCE_EXHAUSTED
        .withDescription(MAX_REQUESTS + " requests are open")
        .asRuntimeException();
  }

  private Bytes answer(Rank rank, LongFunction<LegacyFrame> question, Duration patience) {
    var id = link.nextId();
    var reply = expect(id);
    try {
      if (!link.put(rank, question.apply(id))) throw Status.UNAVAILABLE.asRuntimeException();
      return reply.await(patience);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.asRuntimeException();
    } finally {
      if (forget(id) && rank == Rank.CALL) {
        link.tell(new LegacyFrame(Kind.CANCEL, id, LegacyBody.status(Status.CANCELLED)));
      }
    }
  }

  /** An answer with this id is waited for from now on. */
  private Reply expect(long id) {
    var reply = new Reply();
    waiting.put(id, reply);
    return reply;
  }

  /** Nobody waits for it any more; false if it came. */
  private boolean forget(long id) {
    return waiting.remove(id) != null;
  }

  /** It came; false if nobody waits for it any more. */
  boolean came(long id, Bytes answer, Status how) {
    var reply = waiting.remove(id);
    if (reply != null) reply.is(answer, how);
    return reply != null;
  }

  /** Whether somebody waits for an answer. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** None will come. */
  void end(Status why) {
    waiting.values().forEach(reply -> reply.is(Bytes.EMPTY, why));
  }
}

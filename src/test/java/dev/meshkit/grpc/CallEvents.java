package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** What a raw client call's listener heard. */
final class CallEvents extends ClientCall.Listener<Answer> {
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Status status = Status.UNKNOWN;

  @Override
  public void onMessage(Answer message) {
    messages.incrementAndGet();
  }

  @Override
  public void onReady() {
    ready.countDown();
  }

  @Override
  public void onClose(Status how, Metadata trailers) {
    status = how;
    closes.incrementAndGet();
    closed.countDown();
  }

  int messages() {
    return messages.get();
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  void awaitReady() throws InterruptedException {
    assertTrue(ready.await(30, TimeUnit.SECONDS), "the call never becomes ready");
  }

  void awaitMessages(int n) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> messages.get() >= n);
    assertEquals(n, messages.get());
  }

  Status awaitClose() throws InterruptedException {
    assertTrue(closed.await(60, TimeUnit.SECONDS), "the call does not end");
    assertEquals(1, closes.get());
    return status;
  }
}

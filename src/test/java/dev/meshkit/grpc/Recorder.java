package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a call answered; waits at most 30 s for it. */
final class Recorder<T> implements StreamObserver<T> {
  private final List<T> items = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<T> arriving = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Status status = Status.OK;

  @Override
  public void onNext(T item) {
    items.add(item);
    arriving.add(item);
  }

  @Override
  public void onError(Throwable failure) {
    status = Status.fromThrowable(failure);
    ended.countDown();
  }

  @Override
  public void onCompleted() {
    ended.countDown();
  }

  T next() throws InterruptedException {
    var item = arriving.poll(90, TimeUnit.SECONDS);
    assertNotNull(item, () -> "no answer came; the call's status is " + status);
    return item;
  }

  Status status() throws InterruptedException {
    assertTrue(ended.await(90, TimeUnit.SECONDS), "the call does not end");
    return status;
  }

  List<T> items() {
    return List.copyOf(items);
  }
}

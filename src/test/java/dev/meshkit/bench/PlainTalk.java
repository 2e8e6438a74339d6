package dev.meshkit.bench;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One plain stream in both directions, shared by many callers: each message is handled and
 * answered, and its caller waits for that. It is what an application writes that wants to know what
 * was received and has no store.
 */
final class PlainTalk implements StreamObserver<Answer> {
  private final ConcurrentLinkedQueue<CountDownLatch> unanswered = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Ask message;
  private final StreamObserver<Ask> asks;

  private PlainTalk(ManagedChannel channel, Ask message) {
    this.message = message;
    this.asks = ProbeGrpc.newStub(channel).talk(this);
  }

  /** Messages a second, from so many callers. */
  static double rate(ManagedChannel channel, Ask message, int messages, int callers)
      throws Exception {
    var talk = new PlainTalk(channel, message);
    var left = new CountDownLatch(messages);
    var start = System.nanoTime();
    for (var i = 0; i < callers; i++) {
      var share = messages / callers + (i < messages % callers ? 1 : 0);
      Thread.startVirtualThread(() -> talk.say(share, left));
    }
    if (!left.await(2, TimeUnit.MINUTES)) throw new IllegalStateException("lost " + left);
    var nanos = System.nanoTime() - start;
    talk.asks.onCompleted();
    talk.over.get(1, TimeUnit.MINUTES);
    return messages * 1e9 / nanos;
  }

  private void say(int messages, CountDownLatch left) {
    try {
      for (var i = 0; i < messages; i++) {
        var answered = new CountDownLatch(1);
        synchronized (this) { // answers come in this order
          unanswered.add(answered);
          asks.onNext(message);
        }
        answered.await();
        left.countDown();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onNext(Answer answer) {
    var first = unanswered.poll();
    if (first == null) throw new IllegalStateException("an answer to nothing");
    first.countDown();
  }

  @Override
  public void onError(Throwable failure) {
    over.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    over.complete(null);
  }
}

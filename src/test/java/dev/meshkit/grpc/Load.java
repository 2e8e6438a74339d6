package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Callers that call without pause until they are closed, and remember every failure. Every other
 * one does not wait for a connection: where a server stays, those fail no more than the rest.
 */
final class Load implements AutoCloseable {
  private final AtomicLong done = new AtomicLong();
  private final ConcurrentLinkedQueue<StatusRuntimeException> failures =
      new ConcurrentLinkedQueue<>();
  private final List<Thread> callers;
  private volatile boolean over;

  /** So many callers on a channel, each on a virtual thread. */
  Load(Channel channel, int callers) {
    this(channel, callers, false);
  }

  /** Callers that all wait for a connection: for servers that go and come back. */
  static Load patient(Channel channel, int callers) {
    return new Load(channel, callers, true);
  }

  private Load(Channel channel, int callers, boolean allWait) {
    var plain = ProbeGrpc.newBlockingStub(channel);
    var patient = plain.withWaitForReady();
    this.callers =
        IntStream.range(0, callers)
            .mapToObj(i -> allWait || i % 2 == 0 ? patient : plain)
            .map(stub -> Thread.ofVirtual().start(() -> callOn(stub)))
            .toList();
  }

  private void callOn(ProbeGrpc.ProbeBlockingStub stub) {
    while (!over) {
      try {
        var answer =
            stub.withDeadlineAfter(30, TimeUnit.SECONDS)
                .unary(Ask.newBuilder().setAnswerBytes(100).build());
        if (answer.equals(Answer.getDefaultInstance())) throw new AssertionError("empty answer");
        done.incrementAndGet();
      } catch (StatusRuntimeException failure) {
        failures.add(failure);
      }
    }
  }

  long done() {
    return done.get();
  }

  /** Waits until so many more calls are done. */
  void awaitMore(int calls) {
    var from = done.get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> done.get() >= from + calls || !failures.isEmpty());
    assertNoFailure();
  }

  List<StatusRuntimeException> failures() {
    return List.copyOf(failures);
  }

  void assertNoFailure() {
    failures.forEach(Throwable::printStackTrace);
    assertEquals(List.of(), List.copyOf(failures));
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    for (var caller : callers) caller.join();
  }
}

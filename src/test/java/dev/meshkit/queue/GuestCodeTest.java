package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Q3, Q20, Q31: whatever code throws that is not the queue's, its writer goes on. */
@Timeout(60)
class GuestCodeTest {
  @TempDir Path directory;

  static Stream<Throwable> thrown() {
    return Stream.of(
        new IllegalStateException("plain"),
        new IOException("checked, as other languages throw it"),
        new StackOverflowError(),
        new NoClassDefFoundError("gone"),
        new Error("of somebody's own"));
  }

  /** Throws anything, as Kotlin and others may. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable any) throws T {
    throw (T) any;
  }

  private static TaskCodec<Bytes> codec(Throwable any) {
    return new TaskCodec<>() {
      @Override
      public int id() {
        return TaskCodec.BYTES.id();
      }

      @Override
      public Bytes encode(Bytes value) {
        return value;
      }

      @Override
      public Bytes decode(Bytes body) {
        if (body.utf8().equals("bad")) GuestCodeTest.<RuntimeException>raise(any);
        return body;
      }
    };
  }

  /** Q31 A body failing codec is dead CORRUPT and its lane goes on. */
  @ParameterizedTest
  @MethodSource("thrown")
  void aCodecThatThrowsCostsItsTaskAlone(Throwable any) throws Exception {
    try (var store = StoreFixture.open(directory);
        var queue = DurableQueue.open(store, QueueOptions.of("q"), codec(any)).orThrow()) {
      for (var body : List.of("bad", "good")) {
        queue.enqueue(QueueFixture.task(Lane.of("l"), body)).orThrow();
      }
      var leases = queue.lease(9, QueueFixture.PATIENCE).orThrow();
      assertEquals(List.of("good"), QueueFixture.bodies(leases));
      var dead = queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(Reason.CORRUPT), dead.stream().map(DeadTask::reason).toList());
    }
  }

  /** Q31, Q20, Q41 So it is in memory. */
  @ParameterizedTest
  @MethodSource("thrown")
  void whatIsThrownInMemoryCostsItsTaskAlone(Throwable any) throws Exception {
    try (var queue = SafeTaskQueue.inMemory(QueueOptions.of("q"), codec(any))) {
      for (var body : List.of("bad", "good")) {
        queue.enqueue(QueueFixture.task(Lane.of("l"), body)).orThrow();
      }
      var lease = queue.lease(9, QueueFixture.PATIENCE).orThrow().getFirst();
      assertEquals("good", lease.value().utf8());
      var dead = queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(Reason.CORRUPT), dead.stream().map(DeadTask::reason).toList());
      var work = new Ack(_ -> GuestCodeTest.<RuntimeException>raise(any));
      assertEquals("error.store.op", StoreFixture.error(queue.settle(lease, work)).code());
      assertInstanceOf(Settled.Done.class, queue.settle(lease, Ack.plain()).orThrow());
    }
  }

  /** Q20 Ack work that throws leaves the lease valid. */
  @ParameterizedTest
  @MethodSource("thrown")
  void workThatThrowsLeavesItsLease(Throwable any) throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      fixture.enqueue("a");
      var lease = fixture.lease();
      var work = new Ack(_ -> GuestCodeTest.<RuntimeException>raise(any));
      assertFalse(fixture.queue().settle(lease, work).isOk());
      assertInstanceOf(Settled.Done.class, fixture.queue().settle(lease, Ack.plain()).orThrow());
      assertEquals(List.of(), fixture.queue().lease(1, Duration.ZERO).orThrow());
    }
  }
}

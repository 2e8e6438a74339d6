package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked in one tick shares a thread, and nobody waits for who does not answer. */
@Timeout(60)
class QuestionsTest {
  private final Questions questions = new Questions();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  private CountDownLatch ask(int many) {
    var answered = new CountDownLatch(many);
    for (var i = 0; i < many; i++)
      questions.add(
          () -> {
            threads.add(Thread.currentThread());
            answered.countDown();
          });
    return answered;
  }

  private static boolean comes(CountDownLatch latch) {
    return Uninterruptibles.awaitUninterruptibly(latch, 20, TimeUnit.SECONDS);
  }

  @Test
  void aFewShareOneVirtualThread() {
    var answered = ask(Questions.A_THREAD);
    questions.begin();
    assertTrue(comes(answered));
    assertEquals(1, threads.stream().distinct().count());
    assertTrue(threads.getFirst().isVirtual());
  }

  @Test
  void nothingIsAskedBeforeTheTickIsOver() {
    var answered = ask(1);
    assertEquals(1, answered.getCount());
    questions.begin();
    assertTrue(comes(answered));
  }

  /** The thread that hangs is one of those that were begun: the others go on. */
  @Test
  void manyHaveThreadsEnoughThatOneWhoHangsHoldsUpNobody() {
    var hanging = new CountDownLatch(1);
    questions.add(() -> Uninterruptibles.awaitUninterruptibly(hanging));
    var answered = ask(Questions.A_THREAD);
    questions.begin();
    try {
      assertTrue(comes(answered));
    } finally {
      hanging.countDown();
    }
  }

  @Test
  void whatWaitsBehindOneWhoHangsIsAskedWithTheNextTick() {
    var hanging = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    questions.add(
        () -> {
          begun.countDown();
          Uninterruptibles.awaitUninterruptibly(hanging);
        });
    var answered = ask(2);
    questions.begin();
    try {
      assertTrue(comes(begun));
      assertEquals(2, answered.getCount());
      questions.begin();
      assertTrue(comes(answered));
    } finally {
      hanging.countDown();
    }
  }

  @Test
  void oneThatThrowsKeepsNoOtherFromBeingAsked() {
    questions.add(
        () -> {
          throw new StackOverflowError("planted");
        });
    var answered = ask(1);
    questions.begin();
    assertTrue(comes(answered));
  }
}

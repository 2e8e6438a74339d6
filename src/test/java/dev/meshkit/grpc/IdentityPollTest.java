package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T19: which identity there is, asked each second, and who hears of the answer. */
@Timeout(90)
class IdentityPollTest {
  private static final TestCa CA = TestCa.named("poll");
  private static final String URI = "spiffe://test/region/eu/node/n1";

  private final AtomicReference<TlsIdentity> identity = new AtomicReference<>(CA.identityOf(URI));
  private final AtomicInteger renewals = new AtomicInteger();
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final IdentityPoll poll =
      new IdentityPoll(
          TlsContexts.forServer(identity::get), loop, () -> renewals.incrementAndGet());

  /** Each poll renews what came late; another identity does at once, and the same one nothing. */
  @Test
  void anotherIdentityIsNewsAtOnceAndTheSameOneIsNone() throws Exception {
    polled();
    assertEquals(1, renewals.get(), "nothing has changed");
    identity.set(CA.identityOf(URI));
    polled();
    assertEquals(3, renewals.get(), "with the poll, and with its answer");
    polled();
    assertEquals(4, renewals.get(), "nothing has changed since");
    loop.shutdownGracefully();
  }

  /** Asks once, and waits until the answer and all that it has told the loop are through. */
  private void polled() throws Exception {
    var questions = new Questions();
    var answered = new CountDownLatch(1);
    loop.submit(
            () -> {
              poll.poll(questions);
              questions.add(answered::countDown); // asked after it, by the same thread
              questions.begin();
            })
        .get();
    answered.await();
    loop.submit(() -> {}).get();
  }
}

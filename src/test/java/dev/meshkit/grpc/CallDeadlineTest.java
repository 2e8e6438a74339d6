package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T8: what a deadline that has passed makes of a call's end. */
class CallDeadlineTest {
  private final Hand hand = new Hand();
  private final CallDeadline deadline = new CallDeadline(Deadline.after(1, TimeUnit.SECONDS, hand));

  /** A clock that stands still. */
  private static final class Hand extends Deadline.Ticker {
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }
  }

  private void pass() {
    hand.now += TimeUnit.SECONDS.toNanos(2);
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void aPassedDeadlineWinsOverAnyCode(Status.Code code) {
    var lost = ResponseReader.End.incomplete(code.toStatus().withDescription("why " + code));
    assertSame(lost, deadline.explain(lost), "before it passes, the failure speaks for itself");
    pass();
    var told = deadline.explain(lost).status();
    assertEquals(Status.Code.DEADLINE_EXCEEDED, told.getCode());
    assertTrue(String.valueOf(told.getDescription()).contains("why " + code), told::toString);
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void whatTheServerSaidWinsOverAPassedDeadline(Status.Code code) {
    pass();
    var said = new ResponseReader.End(code.toStatus(), new Metadata(), true);
    assertSame(said, deadline.explain(said));
  }

  @Test
  void withoutADeadlineNothingPasses() {
    var lost = ResponseReader.End.incomplete(Status.INTERNAL);
    assertSame(lost, new CallDeadline(null).explain(lost));
  }
}

package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** T36: the answer to a question, and the end of its connection, on two threads at once. */
class LegacyRepliesTest {
  @Test
  void anAnswerThatCameIsNotLostWithTheConnection() throws Exception {
    var reply = new LegacyReplies.Reply();
    reply.is(Bytes.utf8("table"), Status.OK);
    reply.is(Bytes.EMPTY, Status.UNAVAILABLE);
    assertEquals(Bytes.utf8("table"), reply.await(Duration.ZERO));
  }

  @Test
  void aConnectionThatHasEndedGivesNoAnswer() {
    var reply = new LegacyReplies.Reply();
    reply.is(Bytes.EMPTY, Status.UNAVAILABLE);
    reply.is(Bytes.utf8("table"), Status.OK);
    var why = assertThrows(StatusRuntimeException.class, () -> reply.await(Duration.ZERO));
    assertEquals(Status.Code.UNAVAILABLE, why.getStatus().getCode());
  }
}

package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** T1, T5: a marshaller that ends in an error ends its call as well, lest it goes on with a gap. */
class MarshallerErrorConformanceTest extends ConformanceBed {
  private final HandledCalls handled = new HandledCalls();

  @BeforeEach
  void messagesAreSerialized() {
    needsWire();
  }

  private static <T> MethodDescriptor.Marshaller<T> failing(MethodDescriptor.Marshaller<T> sound) {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(T value) {
        throw new InternalError("planted");
      }

      @Override
      public T parse(InputStream stream) {
        return sound.parse(stream);
      }
    };
  }

  @Test
  void ofARequest() throws Exception {
    var talk = ProbeGrpc.getTalkMethod();
    var method =
        talk.toBuilder(failing(talk.getRequestMarshaller()), talk.getResponseMarshaller()).build();
    var call = channel.newCall(method, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    assertThrows(InternalError.class, () -> call.sendMessage(Ask.getDefaultInstance()));
    assertEquals(Status.Code.CANCELLED, events.awaitClose().getCode());
    assertUnharmed(channel);
  }

  /** Sent from a thread that nobody watches. */
  @Test
  void ofAResponse() throws Exception {
    var talk = ProbeGrpc.getTalkMethod();
    var method =
        talk.toBuilder(talk.getRequestMarshaller(), failing(talk.getResponseMarshaller())).build();
    var call =
        to(method, handled)
            .newCall(talk, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    var events = new CallEvents();
    call.start(events, new Metadata());
    var served = handled.next().call;
    served.sendHeaders(new Metadata());
    assertThrows(InternalError.class, () -> served.sendMessage(Answer.getDefaultInstance()));
    assertEquals(Status.Code.CANCELLED, events.awaitClose().getCode());
  }
}

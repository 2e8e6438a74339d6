package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * T1: a call that was started and has sent nothing yet, of the kinds that send one message. Ours
 * has no stream before the request is complete; that shows nowhere.
 */
class BegunCallsConformanceTest extends ConformanceBed {
  private static final List<MethodDescriptor<Ask, Answer>> METHODS =
      List.of(ProbeGrpc.getUnaryMethod(), ProbeGrpc.getDownloadMethod());

  private ClientCall<Ask, Answer> begin(
      MethodDescriptor<Ask, Answer> method, CallOptions options, CallEvents events) {
    var call = channel.newCall(method, options);
    call.start(events, new Metadata());
    call.request(2);
    return call;
  }

  private void assertEnds() throws InterruptedException {
    assertTrue(channel.awaitTermination(30, TimeUnit.SECONDS), "the channel does not end");
  }

  @Test
  void shutdownNowEndsIt() throws Exception {
    var events = List.of(new CallEvents(), new CallEvents());
    for (var i = 0; i < 2; i++) begin(METHODS.get(i), CallOptions.DEFAULT, events.get(i));
    channel.shutdownNow();
    for (var one : events) {
      var status = one.awaitClose();
      assertEquals(Status.Code.UNAVAILABLE, status.getCode());
      assertTrue(String.valueOf(status.getDescription()).contains("shutdownNow"), status::toString);
      assertEquals(1, one.events.count("close"));
    }
    assertEnds();
  }

  /** It began before, so it is let go on; and the channel waits for it. */
  @Test
  void shutdownLetsItGoOn() throws Exception {
    for (var method : METHODS) {
      var events = new CallEvents();
      var call = begin(method, CallOptions.DEFAULT, events);
      channel.shutdown();
      assertFalse(channel.awaitTermination(50, TimeUnit.MILLISECONDS), "its call is under way");
      call.sendMessage(Ask.newBuilder().setAnswers(1).build());
      call.halfClose();
      assertEquals(Status.OK, events.awaitClose());
      assertEnds();
      channel = open(newChannel(server));
    }
  }

  @Test
  void whoCancelsItIsRidOfIt() throws Exception {
    for (var method : METHODS) {
      var events = new CallEvents();
      begin(method, CallOptions.DEFAULT, events).cancel("not wanted", null);
      assertEquals(Status.Code.CANCELLED, events.awaitClose().getCode());
    }
    channel.shutdown();
    assertEnds();
  }

  /** Whatever ends first, its beginning or its time, nothing of it is left. */
  @Test
  void itsDeadlineMayPassAsItBegins() throws Exception {
    var options = CallOptions.DEFAULT;
    for (var i = 0; i < 2_000; i++) {
      var events = new CallEvents();
      begin(
          METHODS.get(i % 2), options.withDeadlineAfter(1 + 80 * i, TimeUnit.NANOSECONDS), events);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, events.awaitClose().getCode());
    }
    channel.shutdown();
    assertEnds();
  }

  @Test
  void itsDeadlineEndsIt() throws Exception {
    for (var method : METHODS) {
      var events = new CallEvents();
      begin(method, CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS), events);
      channel.shutdown(); // which waits for it
      assertEquals(Status.Code.DEADLINE_EXCEEDED, events.awaitClose().getCode());
      assertEnds();
      channel = open(newChannel(server));
    }
  }
}

package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.AbsentGrpc;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/**
 * The main cases of gRPC's interoperability tests (T1): what passes over grpc-netty passes over
 * HTTP/3, and nothing else does.
 */
abstract class ConformanceCases extends ConformanceBed {

  @Test
  void emptyUnary() {
    assertEquals(Answer.getDefaultInstance(), blocking.unary(Ask.getDefaultInstance()));
  }

  @Test
  void largeUnary() {
    var answer = blocking.unary(ask(271_828, 314_159));
    assertEquals(314_159, answer.getBody().size());
    assertEquals(271_828, answer.getBytesSeen());
  }

  @Test
  void clientStreaming() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.upload(answers);
    for (var size : List.of(27_182, 8, 1_828, 45_904)) asks.onNext(ask(size, 0));
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEquals(74_922, answers.items().getFirst().getBytesSeen());
  }

  @Test
  void serverStreaming() {
    var answers = new ArrayList<Answer>();
    blocking
        .download(Ask.newBuilder().setAnswerBytes(31_415).setAnswers(40).build())
        .forEachRemaining(answers::add);
    assertEquals(40, answers.size());
    assertTrue(answers.stream().allMatch(a -> a.getBody().size() == 31_415));
  }

  @Test
  void pingPong() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    for (var size : List.of(31_415, 9, 2_653, 58_979)) {
      asks.onNext(ask(0, size));
      assertEquals(size, answers.next().getBody().size());
    }
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
  }

  @Test
  void framesOf64KiBFlowBothWaysAtOnce() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    for (var i = 0; i < 200; i++) asks.onNext(ask(65_000, 65_000));
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEquals(200, answers.items().size());
    assertTrue(answers.items().stream().allMatch(a -> a.getBytesSeen() == 65_000));
  }

  @Test
  void emptyStream() throws Exception {
    var answers = new Recorder<Answer>();
    async.talk(answers).onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEquals(List.of(), answers.items());
  }

  /** T9: order and duplicates kept, both kinds, in headers and trailers. */
  @Test
  void customMetadata() {
    var sent = new Metadata();
    sent.put(TEXT, "one");
    sent.put(TEXT, "two");
    sent.put(BINARY, new byte[] {(byte) 0xAB, 0, (byte) 0xFF});
    sent.put(BINARY, new byte[] {1});
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    blocking
        .withInterceptors(
            MetadataUtils.newAttachHeadersInterceptor(sent),
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
        .unary(Ask.getDefaultInstance());
    for (var received : List.of(requestMetadata.get(), headers.get(), trailers.get())) {
      assertEquals(List.of("one", "two"), all(received, TEXT));
      assertArrayEquals(new byte[] {(byte) 0xAB, 0, (byte) 0xFF}, all(received, BINARY).get(0));
      assertArrayEquals(new byte[] {1}, all(received, BINARY).get(1));
    }
  }

  @Test
  void statusCodeAndMessage() throws Exception {
    var failing = Ask.newBuilder().setStatus(2).setMessage("test status message").build();
    var unary = assertThrows(StatusRuntimeException.class, () -> blocking.unary(failing));
    assertEquals(Status.Code.UNKNOWN, codeOf(unary));
    assertEquals("test status message", unary.getStatus().getDescription());
    var answers = new Recorder<Answer>();
    async.talk(answers).onNext(failing);
    assertEquals(Status.Code.UNKNOWN, answers.status().getCode());
    assertEquals("test status message", answers.status().getDescription());
  }

  @Test
  void specialStatusMessage() {
    var message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈 100%\t\n";
    var failing = Ask.newBuilder().setStatus(2).setMessage(message).build();
    var unary = assertThrows(StatusRuntimeException.class, () -> blocking.unary(failing));
    assertEquals(message, unary.getStatus().getDescription());
  }

  @Test
  void unimplementedMethod() {
    var unary =
        assertThrows(
            StatusRuntimeException.class, () -> blocking.missing(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNIMPLEMENTED, codeOf(unary));
  }

  @Test
  void unimplementedService() {
    var absent = AbsentGrpc.newBlockingStub(channel);
    var unary =
        assertThrows(StatusRuntimeException.class, () -> absent.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNIMPLEMENTED, codeOf(unary));
  }

  @Test
  void cancelAfterBegin() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.upload(answers);
    assertTrue(service.arrived.await(10, TimeUnit.SECONDS));
    asks.onError(Status.CANCELLED.asException());
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertTrue(service.cancelled.await(10, TimeUnit.SECONDS), "the server hears of it");
    assertTrue(service.contextCancelled.await(10, TimeUnit.SECONDS), "so does its context");
  }

  @Test
  void cancelAfterFirstResponse() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(0, 31_415));
    answers.next();
    asks.onError(Status.CANCELLED.asException());
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertTrue(service.cancelled.await(10, TimeUnit.SECONDS), "the server hears of it");
  }

  /** T11: a cancel after the request was complete shows on a silent response too. */
  @Test
  void cancelAfterHalfClose() throws Exception {
    var context = Context.current().withCancellation();
    var answers = new Recorder<Answer>();
    context.run(() -> async.unary(Ask.newBuilder().setSilent(true).build(), answers));
    assertTrue(service.arrived.await(10, TimeUnit.SECONDS));
    context.cancel(null);
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertTrue(service.cancelled.await(10, TimeUnit.SECONDS), "the server hears of it");
    assertTrue(service.contextCancelled.await(10, TimeUnit.SECONDS), "so does its context");
  }

  /** T10: the server's context carries the deadline and ends with it. */
  @Test
  void timeoutOnSleepingServer() throws Exception {
    var slow = blocking.withDeadlineAfter(300, TimeUnit.MILLISECONDS);
    var failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> slow.unary(Ask.newBuilder().setSilent(true).build()));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, codeOf(failure));
    assertTrue(service.contextCancelled.await(10, TimeUnit.SECONDS));
    assertNotNull(service.deadline.get());
  }

  @Test
  void deadlinePassedBeforeTheCall() {
    var late = blocking.withDeadlineAfter(-1, TimeUnit.SECONDS);
    var failure =
        assertThrows(StatusRuntimeException.class, () -> late.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, codeOf(failure));
    assertEquals(0, service.unary.get());
  }

  @Test
  void requestOverTheServersLimit() {
    var failure =
        assertThrows(StatusRuntimeException.class, () -> blocking.unary(ask(SERVER_LIMIT + 1, 0)));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, codeOf(failure));
    assertEquals(Answer.getDefaultInstance(), blocking.unary(Ask.getDefaultInstance()));
  }

  @Test
  void responseOverTheClientsLimit() {
    var small = blocking.withMaxInboundMessageSize(1_000);
    var failure = assertThrows(StatusRuntimeException.class, () -> small.unary(ask(0, 1_001)));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, codeOf(failure));
    assertEquals(990, small.unary(ask(0, 990)).getBody().size());
  }

  @Test
  void gzipBothWays() {
    var answer = blocking.withCompression("gzip").unary(ask(100_000, 10));
    assertEquals(100_000, answer.getBytesSeen());
  }

  @Test
  void unknownCompressor() {
    var failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> blocking.withCompression("nope").unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.INTERNAL, codeOf(failure));
  }

  @Test
  void waitForReadyWaitsForTheServer() throws Exception {
    var port = server.getPort();
    server.shutdownNow();
    assertTrue(server.awaitTermination(10, TimeUnit.SECONDS));
    var answers = new Recorder<Answer>();
    async.withWaitForReady().withDeadlineAfter(30, TimeUnit.SECONDS).unary(ask(0, 7), answers);
    server = serveOn(port);
    assertEquals(7, answers.next().getBody().size());
    assertEquals(Status.OK, answers.status());
  }

  @Test
  void manyCallsAtOnce() throws Exception {
    var recorders = IntStream.range(0, 600).mapToObj(_ -> new Recorder<Answer>()).toList();
    for (var recorder : recorders) async.unary(ask(10, 20), recorder);
    for (var recorder : recorders) assertEquals(Status.OK, recorder.status());
  }

  /** T5: never more messages than asked for, half-close after them, one end. */
  @Test
  void messagesComeAsAskedFor() throws Exception {
    var call = channel.newCall(ProbeGrpc.getDownloadMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.sendMessage(Ask.newBuilder().setAnswers(3).build());
    call.halfClose();
    call.request(1);
    events.awaitMessages(1);
    call.request(1);
    events.awaitMessages(2);
    assertFalse(events.isClosed(), "a message is left, so the end must wait");
    call.request(5);
    assertEquals(Status.OK, events.awaitClose());
    assertEquals(3, events.messages());
  }

  @Test
  void trailersComeWithoutDemand() throws Exception {
    var call = channel.newCall(ProbeGrpc.getUnaryMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.sendMessage(Ask.newBuilder().setStatus(5).build());
    call.halfClose();
    assertEquals(Status.Code.NOT_FOUND, events.awaitClose().getCode());
  }

  @Test
  void interceptorsSeeTheCall() {
    var seen = new AtomicReference<String>();
    var intercepted =
        ClientInterceptors.intercept(
            channel,
            new io.grpc.ClientInterceptor() {
              @Override
              public <A, B> ClientCall<A, B> interceptCall(
                  io.grpc.MethodDescriptor<A, B> method,
                  CallOptions options,
                  io.grpc.Channel next) {
                seen.set(method.getFullMethodName());
                return next.newCall(method, options);
              }
            });
    ClientCalls.blockingUnaryCall(
        intercepted, ProbeGrpc.getUnaryMethod(), CallOptions.DEFAULT, Ask.getDefaultInstance());
    assertEquals("meshkit.test.Probe/Unary", seen.get());
  }

  /** T15 in its first form: a server that stops reading makes its client not ready. */
  @Test
  void aSlowReaderMakesTheSenderNotReady() throws Exception {
    var most = 400; // 26 MB, far above every window
    var call = channel.newCall(ProbeGrpc.getUploadMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    events.awaitReady();
    call.sendMessage(Ask.newBuilder().setSilent(true).build());
    var sent = 0;
    while (sent < most && becomesReady(call)) {
      call.sendMessage(ask(65_000, 0));
      sent++;
    }
    assertTrue(sent < most, "the sender stayed ready for " + sent + " × 64 KiB without a reader");
    call.cancel("enough", null);
    assertEquals(Status.Code.CANCELLED, events.awaitClose().getCode());
  }

  private static boolean becomesReady(ClientCall<?, ?> call) {
    try {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofSeconds(3))
          .until(call::isReady);
      return true;
    } catch (ConditionTimeoutException stays) {
      return false;
    }
  }
}

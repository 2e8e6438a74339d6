package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.AbsentGrpc;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * gRPC's interoperability tests, sizes and all (T1): {@code doc/interop-test-descriptions.md}.
 * Those of compression are in {@link CompressionConformanceTest}.
 */
class InteropConformanceTest extends ConformanceBed {
  private static final List<Integer> REQUEST_SIZES = List.of(27_182, 8, 1_828, 45_904);
  private static final List<Integer> RESPONSE_SIZES = List.of(31_415, 9, 2_653, 58_979);

  /** {@code empty_unary} */
  @Test
  void emptyUnary() {
    assertEquals(Answer.getDefaultInstance(), blocking.unary(Ask.getDefaultInstance()));
  }

  /** {@code large_unary} */
  @Test
  void largeUnary() {
    var answer = blocking.unary(ask(271_828, 314_159));
    assertEquals(314_159, answer.getBody().size());
    assertEquals(271_828, answer.getBytesSeen());
  }

  /**
   * {@code concurrent_large_unary}, with a thousand small ones as well. More than may wait for a
   * connection, so there is one first.
   */
  @Test
  void concurrentLargeUnary() throws Exception {
    assertEquals(Answer.getDefaultInstance(), blocking.unary(Ask.getDefaultInstance()));
    var large = IntStream.range(0, 50).mapToObj(_ -> new Recorder<Answer>()).toList();
    var small = IntStream.range(0, 1_000).mapToObj(_ -> new Recorder<Answer>()).toList();
    for (var recorder : large) async.unary(ask(271_828, 314_159), recorder);
    for (var recorder : small) async.unary(ask(10, 20), recorder);
    for (var recorder : large) assertEquals(314_159, recorder.next().getBody().size());
    for (var recorder : small) assertEquals(20, recorder.next().getBody().size());
    for (var recorder : large) assertEquals(Status.OK, recorder.status());
    for (var recorder : small) assertEquals(Status.OK, recorder.status());
  }

  /** {@code client_streaming} */
  @Test
  void clientStreaming() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.upload(answers);
    for (var size : REQUEST_SIZES) asks.onNext(ask(size, 0));
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEquals(74_922, answers.items().getFirst().getBytesSeen());
  }

  /** {@code server_streaming} */
  @Test
  void serverStreaming() {
    var sizes = new ArrayList<Integer>();
    blocking
        .download(Ask.newBuilder().addAllSizes(RESPONSE_SIZES).build())
        .forEachRemaining(answer -> sizes.add(answer.getBody().size()));
    assertEquals(RESPONSE_SIZES, sizes);
  }

  /** {@code ping_pong} */
  @Test
  void pingPong() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    for (var i = 0; i < REQUEST_SIZES.size(); i++) {
      asks.onNext(ask(REQUEST_SIZES.get(i), RESPONSE_SIZES.get(i)));
      var answer = answers.next();
      assertEquals(RESPONSE_SIZES.get(i), answer.getBody().size());
      assertEquals((long) REQUEST_SIZES.get(i), answer.getBytesSeen());
    }
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
  }

  /** {@code empty_stream} */
  @Test
  void emptyStream() throws Exception {
    var answers = new Recorder<Answer>();
    async.talk(answers).onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEquals(List.of(), answers.items());
  }

  /** {@code custom_metadata}: over a unary call and over a duplex one. */
  @Test
  void customMetadata() throws Exception {
    var sent = new Metadata();
    sent.put(EchoMetadata.TEXT, "test_initial_metadata_value");
    sent.put(EchoMetadata.BINARY, new byte[] {(byte) 0xAB, (byte) 0xAB, (byte) 0xAB});
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    var attach = MetadataUtils.newAttachHeadersInterceptor(sent);
    var capture = MetadataUtils.newCaptureMetadataInterceptor(headers, trailers);
    blocking.withInterceptors(attach, capture).unary(ask(271_828, 314_159));
    assertEchoed(headers.get(), trailers.get());
    headers.set(new Metadata());
    trailers.set(new Metadata());
    var answers = new Recorder<Answer>();
    var asks = async.withInterceptors(attach, capture).talk(answers);
    asks.onNext(ask(271_828, 314_159));
    asks.onCompleted();
    assertEquals(Status.OK, answers.status());
    assertEchoed(headers.get(), trailers.get());
  }

  private static void assertEchoed(Metadata headers, Metadata trailers) {
    assertEquals("test_initial_metadata_value", headers.get(EchoMetadata.TEXT));
    assertArrayEquals(
        new byte[] {(byte) 0xAB, (byte) 0xAB, (byte) 0xAB}, trailers.get(EchoMetadata.BINARY));
  }

  /** {@code status_code_and_message} */
  @Test
  void statusCodeAndMessage() throws Exception {
    var failing = Ask.newBuilder().setStatus(2).setMessage("test status message").build();
    var unary = failureOf(() -> blocking.unary(failing));
    assertEquals(Status.Code.UNKNOWN, unary.getCode());
    assertEquals("test status message", unary.getDescription());
    var answers = new Recorder<Answer>();
    async.talk(answers).onNext(failing);
    assertEquals(Status.Code.UNKNOWN, answers.status().getCode());
    assertEquals("test status message", answers.status().getDescription());
  }

  /** {@code special_status_message} */
  @Test
  void specialStatusMessage() {
    var message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    var failing = Ask.newBuilder().setStatus(2).setMessage(message).build();
    var failure = failureOf(() -> blocking.unary(failing));
    assertEquals(Status.Code.UNKNOWN, failure.getCode());
    assertEquals(message, failure.getDescription());
  }

  /** {@code unimplemented_method} */
  @Test
  void unimplementedMethod() {
    var failure = failureOf(() -> blocking.missing(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNIMPLEMENTED, failure.getCode());
  }

  /** {@code unimplemented_service} */
  @Test
  void unimplementedService() {
    var absent = AbsentGrpc.newBlockingStub(channel);
    var failure = failureOf(() -> absent.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNIMPLEMENTED, failure.getCode());
  }

  /** {@code cancel_after_begin} */
  @Test
  void cancelAfterBegin() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.upload(answers);
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS));
    asks.onError(Status.CANCELLED.asException());
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "the server hears of it");
    assertTrue(service.contextCancelled.await(90, TimeUnit.SECONDS), "so does its context");
  }

  /** {@code cancel_after_first_response} */
  @Test
  void cancelAfterFirstResponse() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(27_182, 31_415));
    answers.next();
    asks.onError(Status.CANCELLED.asException());
    assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "the server hears of it");
  }

  /** {@code timeout_on_sleeping_server}; T10: the server's context ends with the deadline. */
  @Test
  void timeoutOnSleepingServer() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.withDeadlineAfter(2, TimeUnit.SECONDS).talk(answers);
    asks.onNext(ask(27_182, 0).toBuilder().setSilent(true).build());
    assertEquals(Status.Code.DEADLINE_EXCEEDED, answers.status().getCode());
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS), "the call had begun");
    assertTrue(service.contextCancelled.await(90, TimeUnit.SECONDS));
  }
}

package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sizes: of messages and of metadata, received and sent (T1, T6, T14, S29). */
class LimitsConformanceTest extends ConformanceBed {
  /** What a message with this body weighs, serialized. */
  private static final int BODY_AT_LIMIT = SERVER_LIMIT - 4;

  @BeforeEach
  void thingsHaveSizes() {
    needsWire();
  }

  @Test
  void aRequestOverTheServersLimitFailsItsCallAlone() throws Exception {
    var neighbour = new Recorder<Answer>();
    var asks = async.talk(neighbour);
    asks.onNext(ask(0, 1));
    neighbour.next();
    var failure = failureOf(() -> blocking.unary(ask(BODY_AT_LIMIT + 1, 0)));
    assertExhausted(failure);
    assertEquals(0, service.unary.get());
    asks.onNext(ask(0, 2));
    assertEquals(2, neighbour.next().getBody().size());
    asks.onCompleted();
    assertEquals(Status.OK, neighbour.status());
  }

  @Test
  void aRequestOfExactlyTheLimitPasses() {
    assertEquals(SERVER_LIMIT, ask(BODY_AT_LIMIT, 0).getSerializedSize());
    assertEquals(BODY_AT_LIMIT, blocking.unary(ask(BODY_AT_LIMIT, 0)).getBytesSeen());
  }

  @Test
  void aResponseOverTheClientsLimitFailsItsCallAlone() {
    var small = blocking.withMaxInboundMessageSize(1_000);
    var failure = failureOf(() -> small.unary(ask(0, 1_001)));
    assertExhausted(failure);
    assertEquals(990, small.unary(ask(0, 990)).getBody().size());
  }

  /** On a connection there is: grpc-netty forgets a message too large for a call that waits. */
  @Test
  void aRequestOverTheOutboundLimitIsNotSent() {
    assertUnharmed(channel);
    var small = blocking.withMaxOutboundMessageSize(1_000);
    var failure = failureOf(() -> small.unary(ask(1_001, 0)));
    assertExhausted(failure);
    assertEquals(1, service.unary.get());
    assertEquals(990, small.unary(ask(990, 0)).getBytesSeen());
  }

  /** What came before the message that is too large was received all the same. */
  @Test
  void messagesBeforeTheOneOverTheLimitArrive() throws Exception {
    var answers = new Recorder<Answer>();
    async
        .withMaxInboundMessageSize(1_000)
        .download(Ask.newBuilder().addSizes(10).addSizes(900).addSizes(1_001).build(), answers);
    assertEquals(10, answers.next().getBody().size());
    assertEquals(900, answers.next().getBody().size());
    assertExhausted(answers.status());
  }

  @Test
  void aStreamEndsAtTheAskThatIsTooLarge() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(0, 1));
    answers.next();
    asks.onNext(ask(2 * SERVER_LIMIT, 1));
    assertExhausted(answers.status());
    assertUnharmed(channel);
  }

  @Test
  void emptyMessagesAreMessages() throws Exception {
    var answers = new Recorder<Answer>();
    async.download(Ask.newBuilder().setAnswers(5).build(), answers);
    assertEquals(Status.OK, answers.status());
    assertEquals(5, answers.items().size());
  }

  /** T14. */
  @Test
  void metadataOverTheServersLimitFailsItsCallAlone() throws Exception {
    var neighbour = new Recorder<Answer>();
    var asks = async.talk(neighbour);
    asks.onNext(ask(0, 1));
    neighbour.next();
    var calls = service.unary.get();
    var failure = failureOf(() -> with(20_000).unary(Ask.getDefaultInstance()));
    assertExhausted(failure);
    assertEquals(calls, service.unary.get());
    asks.onCompleted();
    assertEquals(Status.OK, neighbour.status());
  }

  @Test
  void metadataBelowTheLimitPassesThereAndBack() {
    with(2_500).unary(Ask.getDefaultInstance());
    assertEquals(2_500, EchoMetadata.all(echo.request(), EchoMetadata.TEXT).getFirst().length());
  }

  private ProbeGrpc.ProbeBlockingStub with(int metadataBytes) {
    var big = new Metadata();
    big.put(EchoMetadata.TEXT, "x".repeat(metadataBytes));
    return blocking.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(big));
  }
}

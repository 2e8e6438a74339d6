package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Compression, message by message (T1, T7). Whether a message was compressed is seen by who
 * inflates it.
 */
class CompressionConformanceTest extends ConformanceBed {
  private static final DecompressorRegistry IDENTITY_ONLY =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  @BeforeEach
  void bytesAreCompressed() {
    needsWire();
  }

  /** {@code client_compressed_unary}: the server says what it saw of each. */
  @Test
  void clientCompressedUnary() {
    var compressing = blocking.withCompression("gzip");
    assertEquals(271_828, compressing.unary(ask(271_828, 314_159)).getBytesSeen());
    assertEquals(1, serverGzip.decompressed.get());
    assertEquals(271_828, blocking.unary(ask(271_828, 314_159)).getBytesSeen());
    assertEquals(1, serverGzip.decompressed.get());
  }

  /** {@code client_compressed_streaming}: one message compressed, the next not. */
  @Test
  void clientCompressedStreaming() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = (CallStreamObserver<Ask>) async.withCompression("gzip").upload(answers);
    asks.setMessageCompression(true);
    asks.onNext(ask(27_182, 0));
    asks.setMessageCompression(false);
    asks.onNext(ask(45_904, 0));
    asks.onCompleted();
    assertEquals(73_086, answers.next().getBytesSeen());
    assertEquals(Status.OK, answers.status());
    assertEquals(1, serverGzip.decompressed.get());
  }

  /** {@code server_compressed_unary} */
  @Test
  void serverCompressedUnary() {
    var compressed = ask(271_828, 314_159).toBuilder().setCompressed(true).build();
    assertEquals(314_159, blocking.unary(compressed).getBody().size());
    assertEquals(1, clientGzip.decompressed.get());
    assertEquals(314_159, blocking.unary(ask(271_828, 314_159)).getBody().size());
    assertEquals(1, clientGzip.decompressed.get());
  }

  /** {@code server_compressed_streaming}: one answer compressed, the next not. */
  @Test
  void serverCompressedStreaming() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = async.talk(answers);
    asks.onNext(ask(0, 31_415).toBuilder().setCompressed(true).build());
    asks.onNext(ask(0, 92_653));
    asks.onCompleted();
    assertEquals(31_415, answers.next().getBody().size());
    assertEquals(92_653, answers.next().getBody().size());
    assertEquals(Status.OK, answers.status());
    assertEquals(1, clientGzip.decompressed.get());
  }

  /** A compressor the client itself does not know is its own mistake. */
  @Test
  void anUnknownCompressorFailsTheCallBeforeItIsSent() {
    var failure = failureOf(() -> blocking.withCompression("nope").unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.INTERNAL, failure.getCode());
    assertEquals(0, service.unary.get());
  }

  /** The server names the encodings it does understand. */
  @Test
  void anEncodingTheServerLacksIsUnimplementedAndItSaysWhatItHas() throws Exception {
    var plain = start(newServer().decompressorRegistry(IDENTITY_ONLY).addService(service));
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    var stub =
        ProbeGrpc.newBlockingStub(open(newChannel(plain)))
            .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    var failure = failureOf(() -> stub.withCompression("gzip").unary(ask(10, 10)));
    assertEquals(Status.Code.UNIMPLEMENTED, failure.getCode());
    assertTrue(String.valueOf(failure.getDescription()).contains("gzip"), failure::toString);
    assertEquals(0, service.unary.get());
    assertEquals(10, stub.unary(ask(0, 10)).getBody().size());
  }

  /** Whom nothing was promised, is sent nothing it cannot read. */
  @Test
  void aServerSendsNoEncodingTheClientDidNotOffer() throws Exception {
    var stub =
        ProbeGrpc.newBlockingStub(open(newChannel(server).decompressorRegistry(IDENTITY_ONLY)));
    var answer = stub.unary(ask(0, 50_000).toBuilder().setCompressed(true).build());
    assertEquals(50_000, answer.getBody().size());
    assertEquals(0, serverGzip.compressed.get());
  }

  /** T6: a few bytes on the wire may be many in memory. */
  @Test
  void inflatingARequestStopsAtTheLimit() {
    var failure = failureOf(() -> blocking.withCompression("gzip").unary(ask(8 * SERVER_LIMIT, 0)));
    assertExhausted(failure);
    assertEquals(0, service.unary.get());
    assertUnharmed(channel);
  }

  @Test
  void inflatingAResponseStopsAtTheLimit() {
    var small = blocking.withMaxInboundMessageSize(20_000);
    var bomb = ask(0, 100_000).toBuilder().setCompressed(true).build();
    assertExhausted(failureOf(() -> small.unary(bomb)));
    assertUnharmed(channel);
  }
}

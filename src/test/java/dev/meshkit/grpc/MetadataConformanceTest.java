package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What travels beside the messages (T1, T9). */
class MetadataConformanceTest extends ConformanceBed {
  private final Metadata sent = new Metadata();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();

  private static Metadata.Key<String> text(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private ProbeGrpc.ProbeBlockingStub exchanging() {
    return blocking.withInterceptors(
        MetadataUtils.newAttachHeadersInterceptor(sent),
        MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
  }

  @Test
  void orderAndDuplicatesAreKeptInBothKindsAndDirections() {
    sent.put(EchoMetadata.TEXT, "one");
    sent.put(EchoMetadata.TEXT, "two");
    sent.put(EchoMetadata.TEXT, "one");
    sent.put(EchoMetadata.BINARY, new byte[] {(byte) 0xAB, 0, (byte) 0xFF});
    sent.put(EchoMetadata.BINARY, new byte[] {1});
    exchanging().unary(Ask.getDefaultInstance());
    for (var received : List.of(echo.request(), headers.get(), trailers.get())) {
      assertEquals(List.of("one", "two", "one"), EchoMetadata.all(received, EchoMetadata.TEXT));
      var binary = EchoMetadata.all(received, EchoMetadata.BINARY);
      assertEquals(2, binary.size());
      assertArrayEquals(new byte[] {(byte) 0xAB, 0, (byte) 0xFF}, binary.get(0));
      assertArrayEquals(new byte[] {1}, binary.get(1));
    }
  }

  /** What a channel says of itself is its builder's; a call that says it too is no bad request. */
  @Test
  void aHostAndAUserAgentOfTheApplicationsHarmNoCall() {
    sent.put(text("host"), "elsewhere");
    sent.put(text("user-agent"), "someone/1");
    exchanging().unary(Ask.getDefaultInstance());
  }

  @Test
  void binaryValuesOfEveryLengthAndByteArrive() {
    for (var length = 0; length < 70; length++) {
      var value = new byte[length];
      new Random(length).nextBytes(value);
      sent.put(EchoMetadata.BINARY, value);
    }
    exchanging().unary(Ask.getDefaultInstance());
    var received = EchoMetadata.all(trailers.get(), EchoMetadata.BINARY);
    assertEquals(70, received.size());
    for (var length = 0; length < 70; length++) {
      var expected = new byte[length];
      new Random(length).nextBytes(expected);
      assertArrayEquals(expected, received.get(length));
    }
  }

  @Test
  void everyPrintableCharacterArrives() {
    var printable = new StringBuilder("!");
    for (var c = 0x20; c <= 0x7E; c++) printable.append((char) c);
    sent.put(EchoMetadata.TEXT, printable.toString());
    sent.put(EchoMetadata.TEXT, "");
    sent.put(EchoMetadata.TEXT, "a,b, c");
    exchanging().unary(Ask.getDefaultInstance());
    assertEquals(
        List.of(printable.toString(), "", "a,b, c"),
        EchoMetadata.all(headers.get(), EchoMetadata.TEXT));
  }

  /** What belongs to the protocol is neither sent for a user nor shown to one. */
  @Test
  void reservedKeysAreTheTransportsOwn() {
    needsWire();
    sent.put(text("grpc-timeout"), "1n");
    sent.put(text("te"), "gzip");
    sent.put(text("content-type"), "text/plain");
    exchanging().withDeadlineAfter(java.time.Duration.ofSeconds(60)).unary(ask(0, 0));
    assertNull(echo.request().get(text("te")));
    for (var name : echo.request().keys()) assertFalse(name.startsWith(":"), name);
    assertTrue(service.unary.get() == 1, "the deadline is not the one that the user made up");
  }

  /** Rich errors: {@code google.rpc.Status} and the like travel as {@code grpc-…-bin}. */
  @Test
  void detailsOfAnErrorTravelInTrailersOfTheirOwnKey() {
    var key = ProtoUtils.keyForProto(Ask.getDefaultInstance());
    var stub = ProbeGrpc.newBlockingStub(failingWith(key));
    var details = trailersOf(() -> stub.unary(Ask.getDefaultInstance())).get(key);
    assertEquals(ask(3, 4), details);
  }

  private io.grpc.ManagedChannel failingWith(Metadata.Key<Ask> key) {
    try {
      return to(
          ProbeGrpc.getUnaryMethod(),
          (call, _) -> {
            var trailing = new Metadata();
            trailing.put(key, ask(3, 4));
            call.close(Status.NOT_FOUND, trailing);
            return new io.grpc.ServerCall.Listener<>() {};
          });
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  /** Headers that a server sends early are seen before any message. */
  @Test
  void headersArriveBeforeTheFirstMessage() throws Exception {
    var handled = new HandledCalls();
    var call =
        to(ProbeGrpc.getTalkMethod(), handled)
            .newCall(ProbeGrpc.getTalkMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.request(1);
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    events.events.expect("headers");
    served.call.sendMessage(dev.meshkit.grpc.testproto.Answer.getDefaultInstance());
    events.events.expect("message");
    served.call.close(Status.OK, new Metadata());
    events.events.expect("close");
  }

  @Test
  void userAgentAndAuthorityAreSent() throws Exception {
    var mine =
        open(newChannel(server).userAgent("mine/1.0").overrideAuthority("elsewhere.example"));
    ClientCalls.blockingUnaryCall(
        mine, ProbeGrpc.getUnaryMethod(), CallOptions.DEFAULT, Ask.getDefaultInstance());
    var agent = String.valueOf(echo.request().get(text("user-agent")));
    assertTrue(agent.startsWith("mine/1.0 "), agent);
    assertEquals("elsewhere.example", mine.authority());
    assertEquals("elsewhere.example", echo.authority());
  }

  @Test
  void aCallWithoutMetadataCarriesNoneOfTheUsers() {
    exchanging().unary(Ask.getDefaultInstance());
    assertEquals(Set.of(), trailers.get().keys());
    assertFalse(headers.get().containsKey(EchoMetadata.TEXT));
    assertFalse(echo.request().containsKey(EchoMetadata.TEXT));
  }
}

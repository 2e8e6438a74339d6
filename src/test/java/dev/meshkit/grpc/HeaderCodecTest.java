package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The words of a call on the wire: metadata, messages, timeouts, statuses. */
class HeaderCodecTest {
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("k-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** T9: padded or not, and joined by commas. */
  @Test
  void binaryValuesAreReadInEachSpelling() {
    var fields = new DefaultHttp3Headers(false);
    fields.add("k-bin", "AQ==").add("k-bin", "AQ").add("k-bin", "AQI,Aw==");
    var values = ImmutableList.copyOf(HeaderCodec.parse(fields).getAll(BINARY));
    assertEquals(4, values.size());
    for (var i = 0; i < 2; i++) assertArrayEquals(new byte[] {1}, values.get(i));
    assertArrayEquals(new byte[] {1, 2}, values.get(2));
    assertArrayEquals(new byte[] {3}, values.get(3));
  }

  @Test
  void reservedNamesAreDroppedBothWays() {
    var metadata = new Metadata();
    for (var name : List.of("te", "content-type", "grpc-timeout", "grpc-status", "fine")) {
      metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), "x");
    }
    var fields = new DefaultHttp3Headers(false);
    HeaderCodec.append(metadata, (name, value) -> fields.add(name, value));
    assertEquals(1, fields.size());
    fields.add(":path", "/x").add("grpc-encoding", "gzip").add("content-type", "application/grpc");
    assertEquals(java.util.Set.of("fine"), HeaderCodec.parse(fields).keys());
  }

  @Test
  void messagesRoundTripThroughPercents() {
    for (var seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var text = new StringBuilder();
      for (var i = random.nextInt(60); i > 0; i--) {
        var point = random.nextInt(0x3000);
        text.appendCodePoint(random.nextInt(10) == 0 ? 0x1F600 + random.nextInt(50) : point);
      }
      var message = text.toString();
      var encoded = PercentCodec.encode(message);
      assertTrue(encoded.chars().allMatch(c -> c >= 0x20 && c <= 0x7E), "seed " + seed);
      assertEquals(message, PercentCodec.decode(encoded), "seed " + seed);
    }
    assertEquals("100%", PercentCodec.decode("100%"));
    assertEquals("%zz", PercentCodec.decode("%zz"));
  }

  @Test
  void aLongMessageIsCutBetweenCharacters() {
    var decoded = PercentCodec.decode(PercentCodec.encode("é".repeat(2_000)));
    assertEquals("é".repeat(PercentCodec.MAX_BYTES / 2), decoded);
  }

  /** T10: never 0, never more than 8 digits, never less than what is left. */
  @Test
  void timeoutsAreRoundedUpIntoEightDigits() {
    assertEquals("1n", TimeoutCodec.encode(-5));
    assertEquals("99999999n", TimeoutCodec.encode(99_999_999));
    assertEquals("100000u", TimeoutCodec.encode(100_000_000));
    for (var seed = 0; seed < 1_000; seed++) {
      var nanos = new Random(seed).nextLong(TimeUnit.DAYS.toNanos(90_000)) >>> (seed % 50);
      var encoded = TimeoutCodec.encode(nanos);
      assertTrue(encoded.length() <= 9, encoded);
      assertTrue(TimeoutCodec.decode(encoded).orElseThrow() >= nanos, encoded);
    }
    for (var bad : List.of("", "n", "5", "5x", "123456789n", "-1n", "1 n")) {
      assertEquals(OptionalLong.empty(), TimeoutCodec.decode(bad), bad);
    }
  }

  /** T7, T8: the tables of grpc/proposal G2. */
  @Test
  void codesMapAsTheTablesSay() {
    assertEquals(Status.Code.INTERNAL, StatusMapping.ofHttp("400").getCode());
    assertEquals(Status.Code.UNAUTHENTICATED, StatusMapping.ofHttp("401").getCode());
    assertEquals(Status.Code.PERMISSION_DENIED, StatusMapping.ofHttp("403").getCode());
    assertEquals(Status.Code.UNIMPLEMENTED, StatusMapping.ofHttp("404").getCode());
    for (var code : List.of("429", "502", "503", "504")) {
      assertEquals(Status.Code.UNAVAILABLE, StatusMapping.ofHttp(code).getCode(), code);
    }
    assertEquals(Status.Code.UNKNOWN, StatusMapping.ofHttp("500").getCode());
    for (var code : Http3ErrorCode.values()) {
      var expected =
          switch (code) {
            case H3_EXCESSIVE_LOAD -> Status.Code.RESOURCE_EXHAUSTED;
            case H3_REQUEST_REJECTED -> Status.Code.UNAVAILABLE;
            case H3_REQUEST_CANCELLED -> Status.Code.CANCELLED;
            default -> Status.Code.INTERNAL;
          };
      assertEquals(expected, StatusMapping.ofReset(code.code()).getCode(), code.name());
    }
  }

  /** T8: which resource is exhausted is said wherever the code comes from, beside who says so. */
  @Test
  void excessiveLoadIsNamedBandwidth() {
    var load = Http3ErrorCode.H3_EXCESSIVE_LOAD.code();
    assertEquals("bandwidth", StatusMapping.ofReset(load).getDescription());
    assertEquals("bandwidth: planted", PlantedEnds.closedByServer(load).getDescription());
    assertEquals(
        "planted", PlantedEnds.closedByServer(Http3ErrorCode.H3_NO_ERROR.code()).getDescription());
  }

  @Test
  void aStatusWithoutNumberIsUnknown() {
    var fields = new DefaultHttp3Headers(false);
    assertFalse(StatusMapping.inFields(fields).isPresent());
    fields.add("grpc-status", "many");
    assertEquals(Status.Code.UNKNOWN, StatusMapping.inFields(fields).orElseThrow().getCode());
  }
}

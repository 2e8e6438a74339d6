package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.Iterables;
import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * T7, T9, T10: the words of a call as a peer may write them. A status is always mapped; metadata
 * that is read is written and read again alike; a timeout is what its grammar says.
 *
 * <p>Input: which word, then the word, or names and values.
 */
public final class HeaderFuzz implements FuzzTarget {
  private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,8})([HMSmun])");
  private static final Pattern PRIORITY = Pattern.compile("u=([0-7])(, i)?");
  private static final Pattern CODE = Pattern.compile("[0-9]{1,2}");
  private static final Map<String, Long> NANOS =
      Map.of(
          "H", 3_600_000_000_000L,
          "M", 60_000_000_000L,
          "S", 1_000_000_000L,
          "m", 1_000_000L,
          "u", 1_000L,
          "n", 1L);

  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    switch (input.octet() % 6) {
      case 0 -> timeout(new String(input.rest(), StandardCharsets.ISO_8859_1));
      case 1 -> timeout(input.number());
      case 2 -> statusOfHttp(new String(input.rest(), StandardCharsets.ISO_8859_1));
      case 3 -> statusInTrailers(input.latin(), input.latin(), input.number());
      case 5 -> urgency(new String(input.rest(), StandardCharsets.ISO_8859_1));
      default -> metadata(fields(input));
    }
  }

  private static void timeout(String text) throws Exception {
    var parts = TIMEOUT.matcher(text);
    var expected = OptionalLong.empty();
    if (parts.matches()) {
      var nanos =
          new BigInteger(parts.group(1)).multiply(BigInteger.valueOf(NANOS.get(parts.group(2))));
      expected = OptionalLong.of(nanos.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
    }
    var decoded = new AtomicReference<>(OptionalLong.empty());
    Meter.watch(meter -> decoded.set(meter.of(text.length(), () -> TimeoutCodec.decode(text))));
    assertEquals(expected, decoded.get(), text);
    if (expected.isPresent()) timeout(expected.getAsLong());
  }

  /**
   * Written in at most 8 digits; read back as no less, and no more than a hundred-thousandth off.
   */
  private static void timeout(long nanos) {
    var text = TimeoutCodec.encode(nanos);
    assertTrue(TIMEOUT.matcher(text).matches(), text);
    var least = Math.max(1, nanos);
    var back = TimeoutCodec.decode(text).orElseThrow();
    assertTrue(back >= least && back - least <= least / 100_000, nanos + " as " + text);
  }

  /** Whatever is said, QUIC is told one of the eight; what is no priority counts for nothing. */
  private static void urgency(String text) throws Exception {
    Http3Headers fields = new DefaultHttp3Headers(false);
    fields.add("priority", text);
    var read = new AtomicReference<>(Urgency.of(Urgency.DEFAULT));
    Meter.watch(meter -> read.set(meter.of(4L * text.length(), () -> Urgency.in(fields))));
    var urgency = read.get().urgency();
    assertTrue(urgency >= 0 && urgency <= 7, text);
    if (!text.contains("u=")) assertEquals(Urgency.DEFAULT, urgency, text);
    var whole = PRIORITY.matcher(text);
    if (!whole.matches()) return;
    assertEquals(Integer.parseInt(whole.group(1)), urgency, text);
    assertEquals(whole.group(2) != null, read.get().isIncremental(), text);
  }

  private static void statusOfHttp(String code) {
    var status = StatusMapping.ofHttp(code);
    assertFalse(status.isOk(), code);
    assertTrue(String.valueOf(status.getDescription()).contains(code), code);
  }

  private static void statusInTrailers(String code, String message, long reset) throws Exception {
    assertFalse(StatusMapping.ofReset(reset).isOk());
    Http3Headers fields = new DefaultHttp3Headers(false);
    fields.add("grpc-status", code).add("grpc-message", message);
    var read = new AtomicReference<>(Status.OK);
    Meter.watch(
        meter ->
            read.set(
                meter.of(
                    code.length() + message.length(),
                    () -> StatusMapping.inFields(fields).orElseThrow())));
    var expected =
        CODE.matcher(code).matches()
            ? Status.fromCodeValue(Integer.parseInt(code)).getCode()
            : Status.Code.UNKNOWN;
    assertEquals(expected, read.get().getCode(), code);
    assertEquals(PercentCodec.decode(message), read.get().getDescription());
    Http3Headers again = new DefaultHttp3Headers(false);
    StatusMapping.append(read.get(), (name, value) -> again.add(name, value));
    assertEquals(read.get().getCode(), StatusMapping.inFields(again).orElseThrow().getCode());
  }

  private static Http3Headers fields(Input input) {
    Http3Headers fields = new DefaultHttp3Headers(false);
    while (input.hasMore()) fields.add(input.latin(), input.latin());
    return fields;
  }

  /** Only a name or a base64 value that is none is refused; what is read is stable. */
  private static void metadata(Http3Headers fields) throws Exception {
    var read = new AtomicReference<>(new Metadata());
    try {
      Meter.watch(meter -> read.set(meter.of(bytes(fields), () -> HeaderCodec.parse(fields))));
    } catch (IllegalArgumentException malformed) {
      return;
    }
    var shown = shown(read.get());
    for (var name : read.get().keys()) {
      assertFalse(name.startsWith(":"), name);
      assertNotEquals("te", name);
      assertNotEquals("content-type", name);
    }
    Http3Headers written = new DefaultHttp3Headers(false);
    HeaderCodec.append(read.get(), (name, value) -> written.add(name, value));
    for (var field : written) {
      assertTrue(field.getValue().chars().allMatch(c -> c >= 0x20 && c <= 0x7E), field.toString());
    }
    var back = HeaderCodec.parse(written);
    Http3Headers twice = new DefaultHttp3Headers(false);
    HeaderCodec.append(back, (name, value) -> twice.add(name, value));
    assertEquals(shown(back), shown(HeaderCodec.parse(twice)));
    assertTrue(shown.containsAll(shown(back)), shown + " gave " + shown(back));
    assertEquals(binary(shown), binary(shown(back)));
  }

  private static long bytes(Http3Headers fields) {
    return HeaderCodec.size(fields) + 256L * fields.size(); // an object or two for each field
  }

  private static List<String> binary(List<String> shown) {
    return shown.stream()
        .filter(one -> one.substring(0, one.indexOf('=')).endsWith(Metadata.BINARY_HEADER_SUFFIX))
        .toList();
  }

  /** All values in order, binary ones in hex, ASCII ones without the spaces around them. */
  private static List<String> shown(Metadata metadata) {
    var shown = new ArrayList<String>();
    for (var name : metadata.keys().stream().sorted().toList()) {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        var key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
        for (var value : values(metadata, key)) {
          shown.add(name + "=" + HexFormat.of().formatHex(value));
        }
      } else {
        var key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
        for (var value : values(metadata, key)) shown.add(name + "=" + value.strip());
      }
    }
    return shown;
  }

  private static <T> List<T> values(Metadata metadata, Metadata.Key<T> key) {
    var all = metadata.getAll(key);
    var values = new ArrayList<T>();
    if (all != null) Iterables.addAll(values, all);
    return values;
  }

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    for (var text : List.of("1n", "99999999H", "100u", "123456789n", "-1S", "5")) {
      seeds.add(seed(0, text));
    }
    seeds.add(new byte[] {1, 0x7F, -1, -1, -1, -1, -1, -1, -1});
    seeds.add(new byte[] {1, 0, 0, 0, 0, 5, -11, -31, 0});
    for (var code : List.of("200", "400", "503", "none")) seeds.add(seed(2, code));
    seeds.add(seed(3, "\u0001" + "5" + "\u0009" + "100%25 %41" + "\0\0\0\0\0\0\u0001\u000b"));
    seeds.add(seed(3, "\u0002" + "16" + "\0"));
    seeds.add(seed(4, field("x-user", " a b ") + field("x-user", "2") + field(":path", "/a")));
    seeds.add(seed(4, field("k-bin", "AQ==,AQ") + field("grpc-status-details-bin", "CAU")));
    seeds.add(seed(4, field("te", "trailers") + field("content-type", "application/grpc")));
    return seeds;
  }

  private static String field(String name, String value) {
    return (char) name.length() + name + (char) value.length() + value;
  }

  private static byte[] seed(int word, String text) {
    var out = new ByteArrayOutputStream();
    out.write(word);
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    return out.toByteArray();
  }
}

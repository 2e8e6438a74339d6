package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Meter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** T9: {@code grpc-message} reads as a naive decoder reads it, and is written as it may travel. */
public final class PercentFuzz implements FuzzTarget {
  private static final String HEX = "0123456789ABCDEFabcdef";

  @Override
  public void run(byte[] bytes) throws Exception {
    var header = new String(bytes, StandardCharsets.ISO_8859_1);
    var decoded = new AtomicReference<>("");
    Meter.watch(
        meter -> decoded.set(meter.of(3L * header.length(), () -> PercentCodec.decode(header))));
    assertEquals(naive(header), decoded.get());
    encoded(new String(bytes, StandardCharsets.UTF_8));
    encoded(new String(bytes, StandardCharsets.UTF_16BE)); // half characters too
  }

  private static String naive(String header) {
    var out = new ByteArrayOutputStream();
    for (var left = header; !left.isEmpty(); ) {
      var escaped = isEscape(left);
      out.write(escaped ? Integer.parseInt(left.substring(1, 3), 16) : left.charAt(0));
      left = left.substring(escaped ? 3 : 1);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(String text) {
    return text.length() > 2
        && text.charAt(0) == '%'
        && HEX.indexOf(text.charAt(1)) >= 0
        && HEX.indexOf(text.charAt(2)) >= 0;
  }

  /** What was meant comes back, but for half characters, and for what is past 1 KiB. */
  private static void encoded(String message) {
    var header = PercentCodec.encode(message);
    for (var i = 0; i < header.length(); i++) {
      var c = header.charAt(i);
      assertTrue(c == '%' ? isEscape(header.substring(i)) : c >= 0x20 && c <= 0x7E, header);
    }
    var whole = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    var back = PercentCodec.decode(header);
    assertTrue(whole.startsWith(back), header);
    var size = back.getBytes(StandardCharsets.UTF_8).length;
    var fits = whole.getBytes(StandardCharsets.UTF_8).length <= PercentCodec.MAX_BYTES;
    assertTrue(fits ? back.equals(whole) : size > PercentCodec.MAX_BYTES - 4, header);
    assertTrue(size <= PercentCodec.MAX_BYTES, header);
  }

  @Override
  public List<byte[]> seeds() {
    var long1 = "é".repeat(700);
    var long2 = "a" + "😀".repeat(300);
    return List.of("", "plain", "100%", "%41%zz%2", "%E2%82%AC", "a\nb", long1, long2).stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}

package dev.meshkit.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * What people and peers write of places and names: {@code host:port}, {@code region/name}, scopes.
 * Refused with an {@link IllegalArgumentException}, or printed as it is read again.
 *
 * <p>Input: which of the three, then its text.
 */
public final class EndpointFuzz implements FuzzTarget {
  private static final List<Function<String, Object>> PARSERS =
      List.of(Endpoint::parse, NodeId::parse, Scope::parse);

  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var parser = PARSERS.get(input.octet() % PARSERS.size());
    var text = new String(input.rest(), StandardCharsets.UTF_8);
    var read = new AtomicReference<Object>();
    try {
      Meter.watch(meter -> read.set(meter.of(2L * text.length(), () -> parser.apply(text))));
    } catch (IllegalArgumentException refused) {
      if (refused.getMessage() == null) throw new AssertionError("refused without a word", refused);
      return;
    }
    var printed = read.get().toString();
    var again = parser.apply(printed);
    assertEquals(read.get(), again, text);
    assertEquals(printed, again.toString());
    if (read.get() instanceof NodeId || read.get() instanceof Scope) assertEquals(text, printed);
  }

  @Override
  public List<byte[]> seeds() {
    var texts =
        List.of(
            "\0n1.example:7443",
            "\0[::1]:0",
            "\0:80",
            "\0a:b:65535",
            "\0[fe80::1%eth0]:1",
            "\0host:+1",
            "\0host:99999",
            "\1eu/n1",
            "\1/",
            "\1eu/",
            "\2global",
            "\2region/eu-1",
            "\2region/");
    var seeds = new ArrayList<byte[]>();
    for (var text : texts) seeds.add(text.getBytes(StandardCharsets.UTF_8));
    return seeds;
  }
}

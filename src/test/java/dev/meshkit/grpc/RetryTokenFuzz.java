package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import dev.meshkit.runtime.Chance;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * S26: of the tokens of Retry only the very one that was given is good, for the address it was
 * given to.
 *
 * <p>Input: a form (0: a token of the attacker's own; else: a good one, changed), then bytes.
 */
public final class RetryTokenFuzz implements FuzzTarget {
  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 7_443);
  private static final InetSocketAddress OTHER =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.8"), 7_443);

  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var own = input.octet() % 2 == 0;
    var id = input.some();
    var rest = input.rest();
    var tokens = new RetryTokens(() -> true, () -> Instant.EPOCH, Chance.secure());
    if (own) {
      Meter.watch(meter -> assertEquals(-1, read(meter, tokens, rest, CLIENT)));
      return;
    }
    var good = given(tokens, Arrays.copyOf(id, Math.min(id.length, 20)));
    var changed = good.clone();
    for (var i = 0; i < rest.length && i < changed.length; i++) changed[i] ^= rest[i];
    var same = Arrays.equals(good, changed);
    Meter.watch(
        meter -> {
          assertEquals(same, read(meter, tokens, changed, CLIENT) >= 0);
          assertEquals(-1, read(meter, tokens, changed, OTHER));
          assertEquals(-1, read(meter, tokens, Arrays.copyOf(good, good.length + 1), CLIENT));
        });
  }

  private static byte[] given(RetryTokens tokens, byte[] id) {
    var out = Unpooled.buffer();
    assertTrue(tokens.writeToken(out, Unpooled.wrappedBuffer(id), CLIENT));
    var token = new byte[out.readableBytes()];
    out.readBytes(token);
    return token;
  }

  /** A Mac or two. */
  private static int read(Meter meter, RetryTokens tokens, byte[] token, InetSocketAddress from)
      throws Exception {
    return meter.of(
        8_192L + token.length, () -> tokens.validateToken(Unpooled.wrappedBuffer(token), from));
  }

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    seeds.add(H3.concat(new byte[] {0, 0}, new byte[40]));
    seeds.add(H3.concat(new byte[] {1, 8, 1, 2, 3, 4, 5, 6, 7, 8}, new byte[3]));
    seeds.add(H3.concat(new byte[] {1, 20}, new byte[20], new byte[] {0, 0, 0, 1}));
    seeds.add(new byte[] {1, 0});
    return seeds;
  }
}

package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.runtime.Chance;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** S26: what a Retry's token is worth. */
class RetryTokensTest {
  private static final InetSocketAddress CLIENT = at("192.0.2.7", 4_711);
  private static final byte[] FIRST_ID = {1, 2, 3, 4, 5, 6, 7, 8};

  private final AtomicBoolean asking = new AtomicBoolean(true);
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final RetryTokens tokens = new RetryTokens(asking::get, now::get, Chance.secure());

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private ByteBuf token() {
    var out = Unpooled.buffer();
    assertTrue(tokens.writeToken(out, Unpooled.wrappedBuffer(FIRST_ID), CLIENT));
    return out;
  }

  private boolean isGood(ByteBuf token, InetSocketAddress from) {
    return tokens
        .validateToken(token.duplicate(), from, Unpooled.wrappedBuffer(new byte[20]))
        .isValid();
  }

  @Test
  void whoNeedNotProveAnythingIsNotAsked() {
    asking.set(false);
    var out = Unpooled.buffer();
    assertFalse(tokens.writeToken(out, Unpooled.wrappedBuffer(FIRST_ID), CLIENT));
    assertEquals(0, out.readableBytes());
  }

  @Test
  void aTokenGivesBackTheFirstId() {
    var token = token();
    var at = tokens.validateToken(token.duplicate(), CLIENT);
    assertEquals(
        ByteBufUtil.hexDump(FIRST_ID), ByteBufUtil.hexDump(token, at, token.readableBytes() - at));
    assertTrue(token.readableBytes() <= tokens.maxTokenLength());
  }

  @Test
  void itIsGoodForItsAddressAlone() {
    assertTrue(isGood(token(), CLIENT));
    assertFalse(isGood(token(), at("192.0.2.8", 4_711)));
    assertFalse(isGood(token(), at("192.0.2.7", 4_712)));
  }

  @Test
  void itIsGoodForSixtySeconds() {
    var token = token();
    now.set(now.get().plusSeconds(60));
    assertTrue(isGood(token, CLIENT));
    now.set(now.get().plusSeconds(1));
    assertFalse(isGood(token, CLIENT));
  }

  @Test
  void everyFlippedBitSpoilsIt() {
    var token = token();
    for (var bit = 0; bit < 8 * token.readableBytes(); bit++) {
      var bad = token.copy();
      bad.setByte(bit / 8, bad.getByte(bit / 8) ^ (1 << bit % 8));
      assertFalse(isGood(bad, CLIENT), "bit " + bit);
    }
    for (var length = 0; length < token.readableBytes(); length++) {
      assertFalse(isGood(token.slice(0, length), CLIENT), "the first " + length);
    }
  }

  @Test
  void theKeyChangesHourlyAndTheOneBeforeStaysGood() {
    now.set(now.get().plus(Duration.ofHours(1)).minusSeconds(1));
    var old = token();
    now.set(now.get().plusSeconds(2));
    assertTrue(isGood(token(), CLIENT), "signed with the new key");
    assertTrue(isGood(old, CLIENT), "signed with the one before");
  }

  @Test
  void theIdOfTheSecondInitialIsOneThatWeGave() {
    var short8 = Unpooled.wrappedBuffer(new byte[8]);
    assertFalse(tokens.validateToken(token(), CLIENT, short8).isValid());
  }
}

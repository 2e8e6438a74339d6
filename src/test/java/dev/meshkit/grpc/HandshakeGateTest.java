package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.runtime.Chance;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** S26 in front of the codec: which datagrams get in. */
class HandshakeGateTest {
  private static final InetSocketAddress LISTENER = at("198.51.100.1", 7443);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final RandomGenerator chance = Chance.seeded(1);
  private final ServerIds ids = new ServerIds(Chance.secure());
  private final PenaltyBox penalties = new PenaltyBox(now::get, Duration.ofSeconds(10));
  private final AtomicBoolean asking = new AtomicBoolean();
  private final RetryTokens tokens = new RetryTokens(asking::get, now::get, Chance.secure());
  private final HandshakeGate gate =
      new HandshakeGate(Bounds.defaults().handshakes(), penalties, ids, asking, tokens, now::get);
  private final List<HandshakeGate.Place> places = new ArrayList<>();
  private final EmbeddedChannel socket = new EmbeddedChannel(gate, new Accepting());

  private ByteBuf lastToken = Unpooled.EMPTY_BUFFER; // of a Retry

  /** As the codec does: asks for a token, or makes an id of its own for what it accepts. */
  private final class Accepting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var packet = (DatagramPacket) message;
      if (isNew(packet) && !retries(packet)) {
        known.add(idOf(packet));
        known.add(ByteBufUtil.hexDump(ids.newId(20).array()));
        places.add(gate.claim());
      }
      ctx.fireChannelRead(message);
    }
  }

  private final Set<String> known = new HashSet<>();

  /** Whether a codec would make a connection of it: an Initial to an id that it does not know. */
  private boolean isNew(DatagramPacket packet) {
    var content = packet.content();
    if (content.readableBytes() < 7 || (content.getByte(0) & 0xB0) != 0x80) return false;
    return content.readableBytes() >= 7 + content.getUnsignedByte(5)
        && !known.contains(idOf(packet));
  }

  private static String idOf(DatagramPacket packet) {
    return ByteBufUtil.hexDump(packet.content(), 6, packet.content().getUnsignedByte(5));
  }

  private boolean retries(DatagramPacket packet) {
    var content = packet.content();
    var id = content.getUnsignedByte(5);
    if (content.readableBytes() <= 7 + id || content.getByte(7 + id) != 0) return false; // a token
    var token = Unpooled.buffer();
    if (!tokens.writeToken(token, content.slice(6, id), packet.sender())) return false;
    lastToken = token;
    return true;
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private byte[] newId(int length) {
    var id = new byte[length];
    chance.nextBytes(id);
    return id;
  }

  /** An Initial up to its token. */
  private static ByteBuf head(byte[] id) {
    return Unpooled.buffer()
        .writeByte(0xC0)
        .writeInt(1)
        .writeByte(id.length)
        .writeBytes(id)
        .writeByte(0);
  }

  private static ByteBuf initial(byte[] id) {
    return head(id).writeByte(0).writeZero(1_200);
  }

  /** Whether a datagram gets through, and is not answered with a Retry. */
  private boolean passes(ByteBuf content, String from) {
    lastToken = Unpooled.EMPTY_BUFFER;
    socket.writeInbound(new DatagramPacket(content, LISTENER, at(from, 40_000)));
    DatagramPacket packet = socket.readInbound();
    if (packet == null) return false;
    packet.release();
    return !isAsked();
  }

  /** Whether the last one was to prove its address. */
  private boolean isAsked() {
    return lastToken.isReadable();
  }

  /** Beyond that a client has to be where it says: of those there may be as many again. */
  @Test
  void sixteenHandshakesOfOneNetworkAndNoMore() {
    for (var i = 0; i < 16; i++) assertTrue(passes(initial(newId(8)), "192.0.2." + i));
    assertFalse(passes(initial(newId(8)), "192.0.2.200"), "the same /24");
    assertTrue(isAsked());
    assertTrue(passes(initial(newId(8)), "192.0.3.1"), "another /24");
    for (var i = 0; i < 16; i++) assertTrue(passes(initial(newId(8)), "2001:db8:0:1::" + (i + 1)));
    assertFalse(passes(initial(newId(8)), "2001:db8:0:ff::1"), "the same /56");
    assertTrue(passes(initial(newId(8)), "2001:db8:0:100::1"), "another /56");
    for (var i = 0; i < 16; i++) assertTrue(passes(proven("192.0.2." + i), "192.0.2." + i));
    assertFalse(passes(proven("192.0.2.200"), "192.0.2.200"));
    assertEquals(1, gate.dropped());
    places.getLast().free();
    assertTrue(passes(proven("192.0.2.200"), "192.0.2.200"), "a place is free again");
    places.getFirst().free();
    assertTrue(passes(initial(newId(8)), "192.0.2.200"), "and one for whoever comes");
  }

  @Test
  void sixtyFourOfStrangersAndTwoHundredAndFiftySixInAll() {
    for (var i = 0; i < 64; i++) assertTrue(passes(initial(newId(8)), "10.0." + i + ".1"));
    for (var i = 64; i < 256; i++) {
      now.set(now.get().plusMillis(2)); // they are no flood
      var from = "10.0." + i + ".1";
      assertFalse(passes(initial(newId(8)), from));
      assertTrue(isAsked());
      assertTrue(passes(proven(lastToken), from));
    }
    assertFalse(passes(proven("10.1.0.1"), "10.1.0.1"));
    assertFalse(passes(initial(newId(8)), "10.1.0.1"));
    assertFalse(isAsked(), "there is no place to be had by it");
    assertEquals(256, gate.halfOpen());
    places.forEach(HandshakeGate.Place::free);
    places.forEach(HandshakeGate.Place::free);
    assertEquals(0, gate.halfOpen());
    assertTrue(passes(initial(newId(8)), "10.1.0.1"));
  }

  /** S26: a flood of new clients is not taken in; who proves its address is, meanwhile. */
  @Test
  void twoHundredAndFiftyNewClientsAQuarterOfASecondAndNoMore() {
    for (var i = 0; i < 250; i++) assertTrue(begins(initial(newId(8))), "" + i);
    assertFalse(begins(initial(newId(8))));
    assertTrue(isAsked());
    assertFalse(begins(proven(new byte[44])), "a token that is made up is none");
    for (var i = 0; i < 250; i++) assertTrue(begins(proven("192.0.2.1")));
    assertFalse(begins(proven("192.0.2.1")), "nor may those be more");
    now.set(now.get().plusMillis(250));
    for (var i = 0; i < 250; i++) assertTrue(begins(initial(newId(8))));
    assertFalse(begins(proven("192.0.2.9")), "somebody else's token");
    assertFalse(begins(proven(token("192.0.2.1"), newId(8))), "to an id that we gave nobody");
    assertTrue(begins(proven("192.0.2.1")));
    now.set(now.get().plusSeconds(60));
    assertTrue(begins(initial(newId(8))));
  }

  /**
   * S26: two thousand forged Initials a second, of which none goes on, and some of which say that
   * they come from the newcomer's own network: each newcomer gets in at once.
   */
  @Test
  void aFloodOfForgedInitialsKeepsNoNewcomerOut() {
    var asked = 0;
    for (var i = 1; i <= 40_000; i++) {
      now.set(now.get().plusNanos(500_000));
      passes(
          initial(newId(8)),
          i % 3 == 0 ? "192.0.2." + i % 250 : "10." + i % 99 + "." + i % 250 + ".1");
      if (i % 100 != 0) continue;
      var newcomer = passes(initial(newId(8)), "192.0.2.77");
      if (isAsked()) {
        asked++;
        newcomer = passes(proven(lastToken), "192.0.2.77");
      }
      assertTrue(newcomer, "after " + i);
      places.getLast().free(); // it is admitted
    }
    assertTrue(asked > 300, "the flood was none: only " + asked + " were asked for proof");
    assertTrue(gate.halfOpen() <= 64, "of the forged ones " + gate.halfOpen());
  }

  /** Nor does a flood have us answer without end, or check tokens that it makes up. */
  @Test
  void soManyAreAskedAndCheckedAndNoMore() {
    for (var i = 0; i < 250; i++) assertTrue(begins(initial(newId(8))));
    for (var i = 0; i < 1_000; i++) {
      assertFalse(begins(initial(newId(8))));
      assertTrue(isAsked());
    }
    assertFalse(begins(initial(newId(8))));
    assertFalse(isAsked());
    for (var i = 0; i < 999; i++) assertFalse(begins(proven(new byte[44])));
    assertTrue(begins(proven("192.0.2.1")));
    assertFalse(begins(proven("192.0.2.1")));
  }

  /** RFC 9000 §14.1: what is too small spends nothing of what others need. */
  @Test
  void anInitialInASmallDatagramIsDropped() {
    for (var i = 0; i < 5_000; i++) assertFalse(begins(initial(newId(8)).slice(0, 1_199)));
    assertTrue(begins(initial(newId(8))));
  }

  /** Who knows an id, or guesses it, cannot send to it without end, nor from elsewhere. */
  @Test
  void aHandshakeUnderWayReadsSoManyInitials() {
    var id = newId(8);
    assertTrue(passes(initial(id), "192.0.2.1"));
    assertFalse(passes(initial(id), "198.51.100.7"), "another network");
    for (var i = 0; i < 64; i++) assertTrue(passes(initial(id), "192.0.2.1"));
    assertFalse(passes(initial(id), "192.0.2.1"));
  }

  /** A handshake that ends at once. */
  private boolean begins(ByteBuf initial) {
    var passes = passes(initial, "192.0.2.1");
    places.forEach(HandshakeGate.Place::free);
    places.clear();
    return passes;
  }

  private ByteBuf token(String from) {
    var token = Unpooled.buffer();
    asking.set(true);
    assertTrue(tokens.writeToken(token, Unpooled.wrappedBuffer(newId(8)), at(from, 40_000)));
    asking.set(false);
    return token;
  }

  private ByteBuf proven(byte[] token) {
    return proven(Unpooled.wrappedBuffer(token));
  }

  private ByteBuf proven(String from) {
    return proven(token(from));
  }

  /** To an id that we gave, with a token. */
  private ByteBuf proven(ByteBuf token) {
    return proven(token, newId(20));
  }

  /** An Initial with a token, whose length takes two bytes. */
  private static ByteBuf proven(ByteBuf token, byte[] id) {
    return head(id)
        .writeShort(0x4000 | token.readableBytes())
        .writeBytes(token.duplicate())
        .writeZero(1_200);
  }

  /** What belongs to a handshake under way passes, under both of its ids, and takes no place. */
  @Test
  void packetsOfAHandshakeUnderWayPass() {
    var first = newId(8);
    for (var i = 0; i < 16; i++) {
      assertTrue(passes(initial(i == 0 ? first : newId(8)), "192.0.2." + i));
    }
    var second = new byte[20];
    ids.last().get(second);
    assertTrue(passes(initial(first), "192.0.2.1"));
    assertTrue(passes(initial(second), "192.0.2.1"));
    assertEquals(16, gate.halfOpen());
  }

  /** A first Initial sent again may reach a codec that has forgotten its connection already. */
  @Test
  void aLateInitialMayBecomeAConnectionOfItsOwn() {
    var first = newId(8);
    assertTrue(passes(initial(first), "192.0.2.1"));
    known.clear();
    assertTrue(passes(initial(first), "192.0.2.1"));
    socket.checkException();
    assertEquals(2, gate.halfOpen());
    places.forEach(HandshakeGate.Place::free);
    assertEquals(0, gate.halfOpen());
  }

  @Test
  void whatIsNoInitialIsTheCodecsBusiness() {
    var handshake = Unpooled.copiedBuffer(initial(newId(8))).setByte(0, 0xE0);
    var oneRtt =
        Unpooled.wrappedBuffer(new byte[] {0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13});
    assertTrue(passes(handshake, "192.0.2.1"));
    assertTrue(passes(oneRtt, "192.0.2.1"));
    assertEquals(0, gate.halfOpen());
  }

  @Test
  void oneHostMayDialItselfAsOftenAsItLikes() {
    for (var i = 0; i < 64; i++) assertTrue(passes(initial(newId(8)), "127.0.0.1"));
    for (var i = 0; i < 100; i++) assertTrue(passes(proven("127.0.0.1"), "127.0.0.1"));
  }

  @Test
  void aBarredAddressWaits() {
    penalties.punish(InetAddress.ofLiteral("192.0.2.1"));
    assertFalse(passes(initial(newId(8)), "192.0.2.1"));
    assertTrue(passes(initial(newId(8)), "192.0.2.2"));
    now.set(now.get().plusSeconds(10));
    assertTrue(passes(initial(newId(8)), "192.0.2.1"));
  }

  /** Hostile bytes: nothing is read past the end, nothing is kept for what is no Initial. */
  @Test
  void anyBytesPassOrAreDroppedWithoutFailing() {
    var seeded = Chance.seeded(99);
    for (var i = 0; i < 20_000; i++) {
      var bytes = new byte[seeded.nextInt(64)];
      seeded.nextBytes(bytes);
      socket
          .pipeline()
          .fireChannelRead(
              new DatagramPacket(Unpooled.wrappedBuffer(bytes), LISTENER, at("203.0.113.9", 1)));
      DatagramPacket packet = socket.readInbound();
      if (packet != null) packet.release();
    }
    assertTrue(gate.halfOpen() <= 16);
    socket.checkException();
  }
}

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
import java.util.concurrent.atomic.AtomicInteger;
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
  private final AtomicInteger underWay = new AtomicInteger();
  private final RetryTokens tokens = new RetryTokens(() -> true, now::get, Chance.secure());
  private final HandshakeGate gate =
      new HandshakeGate(Bounds.defaults().handshakes(), penalties, ids, underWay, tokens, now::get);
  private final List<HandshakeGate.Place> places = new ArrayList<>();
  private final EmbeddedChannel socket = new EmbeddedChannel(gate, new Accepting());

  /** As the codec does: makes an id of its own for what it accepts. */
  private final class Accepting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (isNew((DatagramPacket) message)) {
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
    var length = content.getUnsignedByte(5);
    return content.readableBytes() >= 7 + length
        && known.add(ByteBufUtil.hexDump(content, 6, length));
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

  /** Whether a datagram gets through. */
  private boolean passes(ByteBuf content, String from) {
    socket.writeInbound(new DatagramPacket(content, LISTENER, at(from, 40_000)));
    DatagramPacket packet = socket.readInbound();
    if (packet == null) return false;
    packet.release();
    return true;
  }

  @Test
  void sixteenHandshakesOfOneNetworkAndNoMore() {
    for (var i = 0; i < 16; i++) assertTrue(passes(initial(newId(8)), "192.0.2." + i));
    assertFalse(passes(initial(newId(8)), "192.0.2.200"), "the same /24");
    assertTrue(passes(initial(newId(8)), "192.0.3.1"), "another /24");
    for (var i = 0; i < 16; i++) assertTrue(passes(initial(newId(8)), "2001:db8:0:1::" + (i + 1)));
    assertFalse(passes(initial(newId(8)), "2001:db8:0:ff::1"), "the same /56");
    assertTrue(passes(initial(newId(8)), "2001:db8:0:100::1"), "another /56");
    assertEquals(2, gate.dropped());
    places.getFirst().free();
    assertTrue(passes(initial(newId(8)), "192.0.2.200"), "a place is free again");
  }

  @Test
  void twoHundredAndFiftySixInAll() {
    for (var i = 0; i < 256; i++) {
      now.set(now.get().plusMillis(2)); // they are no flood
      assertTrue(passes(initial(newId(8)), "10.0." + i + ".1"));
    }
    assertFalse(passes(initial(newId(8)), "10.1.0.1"));
    assertEquals(256, gate.halfOpen());
    places.forEach(HandshakeGate.Place::free);
    places.forEach(HandshakeGate.Place::free);
    assertEquals(0, gate.halfOpen());
    assertTrue(passes(initial(newId(8)), "10.1.0.1"));
  }

  /** S26: a flood of new clients is not looked at; who proves its address is, meanwhile. */
  @Test
  void twoHundredAndFiftyNewClientsAQuarterOfASecondAndNoMore() {
    for (var i = 0; i < 250; i++) assertTrue(begins(initial(newId(8))), "" + i);
    assertFalse(begins(initial(newId(8))));
    assertFalse(begins(proven(new byte[44])), "a token that is made up is none");
    for (var i = 0; i < 250; i++) assertTrue(begins(proven(token("192.0.2.1"))));
    assertFalse(begins(proven(token("192.0.2.1"))), "nor may those be more");
    now.set(now.get().plusMillis(250));
    for (var i = 0; i < 250; i++) assertTrue(begins(initial(newId(8))));
    assertFalse(begins(proven(token("192.0.2.9"))), "somebody else's token");
    assertTrue(begins(proven(token("192.0.2.1"))));
    now.set(now.get().plusSeconds(60));
    assertTrue(begins(initial(newId(8))));
  }

  /** Nor does it cost much to make tokens up: four are checked for each that may be good. */
  @Test
  void tokensAreCheckedSoOftenAndNoMore() {
    for (var i = 0; i < 250; i++) assertTrue(begins(initial(newId(8))));
    for (var i = 0; i < 1_000; i++) assertFalse(begins(proven(new byte[44])));
    assertFalse(begins(proven(token("192.0.2.1"))));
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
    assertTrue(tokens.writeToken(token, Unpooled.wrappedBuffer(newId(8)), at(from, 40_000)));
    return token;
  }

  private ByteBuf proven(byte[] token) {
    return proven(Unpooled.wrappedBuffer(token));
  }

  /** An Initial with a token, whose length takes two bytes. */
  private ByteBuf proven(ByteBuf token) {
    return head(newId(8))
        .writeShort(0x4000 | token.readableBytes())
        .writeBytes(token)
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
    for (var i = 0; i < 100; i++) assertTrue(passes(initial(newId(8)), "127.0.0.1"));
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

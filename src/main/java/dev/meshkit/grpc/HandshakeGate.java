package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of a listener's QUIC codec and bounds the handshakes under way, in total and per
 * network: the Initial of one too many is dropped, or answered with a Retry, before it has cost any
 * native state. Confined to the event loop of the socket, but for its counts.
 *
 * <pre>
 *   datagram → Initial with an id not seen yet? → room, and its address not barred? → codec
 *   codec accepts → {@link #claim} → half-open, until it is admitted or has ended → {@link Place#free}
 * </pre>
 *
 * <p>Anyone can send Initials from any address, and what is in them shows only once they are
 * decrypted. So whoever has not proven its address gets what is left over: so many a second, so
 * many half-open in all and of its network; beyond that it is told to prove it (RFC 9000 §8.1.2).
 * Who has done so competes with nobody but others who have: a flood of forged Initials takes none
 * of its places and none of its budget.
 *
 * <p>A Retry costs no state, and its datagram is a tenth of the one it answers, of which it answers
 * one (RFC 9000 §8.1 permits three times as much); how many a second is bounded for our own sake.
 */
final class HandshakeGate extends ChannelInboundHandlerAdapter {
  private static final int LONG_HEADER = 0x80;
  private static final int TYPE_BITS = 0x30; // 00 = Initial, RFC 9000 §17.2
  private static final int ID_LENGTH_AT = 5;
  private static final int LEAST_BYTES = 1_200;
  private static final int MOST_INITIALS = 64; // of one handshake, those sent again included

  private final Bounds.Handshakes bounds;
  private final PenaltyBox penalties;
  private final ServerIds ids;
  private final Map<ByteBuffer, Place> halfOpen = new HashMap<>();
  private final Map<Crowd, Integer> crowds = new HashMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private @Nullable Place entering;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean asking;
  private final RetryTokens tokens;
  private final InitialBudget budget;

  /** Those who share their places: a network's clients that are where they say, or may not be. */
  private record Crowd(ByteBuffer prefix, boolean proven) {}

  /** What becomes of an Initial. */
  private enum Way {
    /** To the codec, which accepts it. */
    IN,
    /** To the codec, which answers it with a Retry. */
    RETRY,
    NONE
  }

  /** {@code asking} is set while the codec reads what it is to answer with a Retry. */
  HandshakeGate(
      Bounds.Handshakes bounds,
      PenaltyBox penalties,
      ServerIds ids,
      AtomicBoolean asking,
      RetryTokens tokens,
      InstantSource monotonic) {
    this.bounds = bounds;
    this.penalties = penalties;
    this.ids = ids;
    this.asking = asking;
    this.tokens = tokens;
    this.budget = new InitialBudget(bounds, monotonic);
  }

  /** How many handshakes are under way. Any thread. */
  int halfOpen() {
    return places.get();
  }

  /** How many Initials were dropped so far. Any thread. */
  long dropped() {
    return dropped.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof DatagramPacket packet) || !isInitial(packet.content())) {
      ctx.fireChannelRead(message);
      return;
    }
    var initial = packet.content();
    var crowd = new Crowd(prefixOf(packet.sender().getAddress()), tokenIn(initial).isReadable());
    var way = isWhole(packet) ? wayOf(packet.sender(), crowd, initial) : Way.NONE;
    if (way == Way.NONE) {
      dropped.incrementAndGet();
      packet.release();
      return;
    }
    entering = new Place(idIn(initial), crowd);
    asking.set(way == Way.RETRY);
    ids.forgetLast();
    ctx.fireChannelRead(packet);
    asking.set(false);
    entering = null; // the codec may have answered with a Retry, or not at all
  }

  /** RFC 9000 §14.1: a server drops the Initial of a datagram that is smaller. */
  private static boolean isWhole(DatagramPacket packet) {
    return packet.content().readableBytes() >= LEAST_BYTES;
  }

  /**
   * A known id may be a new connection's too: QUIC forgets a client's first id, and its late
   * Initial, once the handshake is done, while the peer's check may take longer.
   */
  private Way wayOf(InetSocketAddress sender, Crowd crowd, ByteBuf initial) {
    var known = halfOpen.get(idIn(initial));
    if (known != null) return known.mayRead(crowd.prefix()) ? Way.IN : Way.NONE;
    var address = sender.getAddress();
    if (places.get() >= bounds.halfOpen() || penalties.isBarred(address)) return Way.NONE;
    var room = address.isLoopbackAddress() || crowds.getOrDefault(crowd, 0) < bounds.aPrefix();
    if (crowd.proven()) return room && isProven(sender, initial) ? Way.IN : Way.NONE;
    if (room && places.get() < bounds.retryFrom() && budget.spendOnStranger()) return Way.IN;
    return budget.spendOnRetry() ? Way.RETRY : Way.NONE;
  }

  /**
   * Whether it has a token of ours, and an id of the length that we give: of another length the
   * codec drops it, and it would have spent for nothing what others need.
   */
  private boolean isProven(InetSocketAddress sender, ByteBuf initial) {
    var id = Unpooled.wrappedBuffer(idIn(initial));
    return budget.spendOnProven(() -> tokens.validateToken(tokenIn(initial), sender, id).isValid());
  }

  /** The codec has accepted what it is reading. */
  Place claim() {
    var place = Objects.requireNonNull(entering, "nothing is accepted but what passed the gate");
    entering = null;
    place.enter(ids.last());
    return place;
  }

  /** A handshake under way, and the two ids by which its client calls it. */
  final class Place {
    private final ByteBuffer first;
    private final Crowd crowd;
    private ByteBuffer second = ByteBuffer.allocate(0);
    private boolean taken;
    private int initials;

    private Place(ByteBuffer first, Crowd crowd) {
      this.first = first;
      this.crowd = crowd;
    }

    /** An Initial more: of its own network, and no more than a handshake needs. */
    private boolean mayRead(ByteBuffer network) {
      return network.equals(crowd.prefix()) && initials++ < MOST_INITIALS;
    }

    private void enter(ByteBuffer own) {
      second = own;
      taken = true;
      places.incrementAndGet();
      halfOpen.put(first, this);
      if (own.hasRemaining()) halfOpen.put(own, this); // after a Retry the first is our own
      crowds.merge(crowd, 1, Integer::sum);
    }

    /** It is admitted, or has ended. Idempotent. */
    void free() {
      if (!taken) return;
      taken = false;
      places.decrementAndGet();
      halfOpen.remove(first, this);
      halfOpen.remove(second, this);
      crowds.computeIfPresent(crowd, (_, n) -> n == 1 ? null : n - 1);
    }
  }

  private static boolean isInitial(ByteBuf packet) {
    var at = packet.readerIndex();
    if (packet.readableBytes() <= ID_LENGTH_AT) return false;
    var first = packet.getByte(at);
    if ((first & LONG_HEADER) == 0 || (first & TYPE_BITS) != 0) return false;
    var id = packet.getUnsignedByte(at + ID_LENGTH_AT);
    return packet.readableBytes() > ID_LENGTH_AT + id;
  }

  /** RFC 9000 §17.2.2: two ids, each behind its length, then the token behind its own. */
  private static ByteBuf tokenIn(ByteBuf initial) {
    var rest = initial.slice().skipBytes(ID_LENGTH_AT);
    for (var i = 0; i < 2; i++) {
      if (!rest.isReadable()) return Unpooled.EMPTY_BUFFER;
      var length = rest.readUnsignedByte();
      if (rest.readableBytes() < length) return Unpooled.EMPTY_BUFFER;
      rest.skipBytes(length);
    }
    if (!Varint.isWhole(rest)) return Unpooled.EMPTY_BUFFER;
    var length = Varint.read(rest);
    return length > rest.readableBytes() ? Unpooled.EMPTY_BUFFER : rest.readSlice((int) length);
  }

  private static ByteBuffer idIn(ByteBuf initial) {
    var at = initial.readerIndex() + ID_LENGTH_AT;
    var id = new byte[initial.getUnsignedByte(at)];
    initial.getBytes(at + 1, id);
    return ByteBuffer.wrap(id);
  }

  /** The network that an address is in: a /24, or a /56 of IPv6. */
  static ByteBuffer prefixOf(InetAddress address) {
    var bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, bytes.length == 4 ? 3 : 7).slice();
  }
}

package dev.meshkit.grpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connection in its read turn, in which the QUIC codec makes no packet before the turn is
 * over: what many streams write then leaves together.
 *
 * <p>Netty has no call for that. The codec begins a connection's turn with a packet, so it is given
 * one that QUIC must drop: a short header (RFC 9000 §17.3.1) with the connection's own id and a
 * single byte, too short to be decrypted (RFC 9001 §5.4.2). This class alone knows it, and leans on
 * what Netty does not promise: {@code PacketTest} counts packets and flushes. If the trick fails,
 * each stream sends by itself, which is slower and otherwise the same.
 *
 * <p>Confined to the event loop.
 */
final class SendTurn implements Commands.Member {
  private static final int SHORT_HEADER = 0x40;

  private final QuicChannel channel;
  private final Commands commands;
  private final Habit habit = new Habit();
  private byte[] id = new byte[0];
  private @Nullable ChannelHandlerContext socket;
  private boolean in;
  private boolean opened;

  SendTurn(QuicChannel channel, Commands commands) {
    this.channel = channel;
    this.commands = commands;
  }

  /** Looks which id the connection has now; the peer may retire one at any time. */
  void refresh() {
    var text = String.valueOf(channel.localAddress()); // the only public way to the bytes
    var from = text.indexOf("connId=");
    id =
        from < 0
            ? new byte[0]
            : ByteBufUtil.decodeHexDump(text, from + 7, text.length() - from - 8);
    if (socket == null && channel.parent() != null) {
      socket = channel.parent().pipeline().context(commands);
    }
  }

  /**
   * The peer has opened a stream. Netty then reads no other one before the turn's end, which would
   * be too late for answers to leave in it: {@link #readOn} makes up for that.
   */
  void opened() {
    opened = true;
    read();
  }

  @Override
  public void readOn() {
    if (!opened) return;
    opened = false;
    channel.read();
  }

  /** A stream of this connection was read: the connection is in the turn by itself. */
  void read() {
    commands.heard();
    if (in || socket == null || !commands.isReading()) return;
    in = true;
    habit.read(commands.nanos());
    commands.join(this, socket);
  }

  /** The loop's clock, for differences only. */
  long nanos() {
    return commands.nanos();
  }

  /** A stream of this connection is going to write. */
  void join() {
    habit.wrote(commands.nanos());
    commands.wrote();
    if (in || socket == null || id.length == 0) return;
    if (!(channel.localSocketAddress() instanceof InetSocketAddress local)) return;
    if (!(channel.remoteSocketAddress() instanceof InetSocketAddress remote)) return;
    in = true;
    commands.join(this, socket);
    if (commands.isReading()) return; // a packet of this connection
    var dropped = channel.alloc().directBuffer(id.length + 2);
    dropped.writeByte(SHORT_HEADER).writeBytes(id).writeByte(0);
    socket.fireChannelRead(new DatagramPacket(dropped, local, remote));
  }

  /** Something outside the streams of calls was written: it waits for no answer. */
  void wrote() {
    commands.wrote();
  }

  @Override
  public boolean isAnsweredSoon() {
    return habit.isSure();
  }

  @Override
  public void waitedInVain() {
    habit.broken();
  }

  @Override
  public void leave() {
    in = false;
  }
}

package dev.meshkit.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;

/**
 * How the UDP sockets of this platform carry packets: how large they may be, how many at once, and
 * never in fragments (RFC 9000 §14).
 *
 * <p>Each connection begins with packets of 1,200 bytes and tries whether larger ones pass (RFC
 * 8899). That tells something only where a packet that is too large is lost: with epoll, where we
 * can forbid fragments. A path of 64 KiB messages costs half as much with packets of 9 KB.
 */
final class UdpSockets {
  /** The largest payload that is tried: a jumbo frame's, less the headers of IPv6 and UDP. */
  static final int JUMBO_BYTES = 8_952;

  private static final int PLAIN_BYTES = 1_200; // passes everywhere, RFC 9000 §14.1

  /** Asked for, to receive and to send. */
  static final int BUFFER_BYTES = 4 << 20;

  private static final int DATAGRAM_BYTES = 9 << 10; // more than any of ours
  private static final int DATAGRAMS_A_READ = 32; // one recvmmsg

  // Linux: its headers are the only place that says so. PROBE: forbid fragments, and believe no
  // ICMP, which anyone may send, but what QUIC finds out itself.
  private static final int PROBE = 3;
  private static final ChannelOption<Integer> MTU_DISCOVER =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);
  private static final ChannelOption<Integer> MTU_DISCOVER_6 =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", 41, 23);

  private UdpSockets() {}

  /** The largest payload to try. */
  static int mostPayloadBytes() {
    return Epoll.isAvailable() ? JUMBO_BYTES : PLAIN_BYTES;
  }

  /** What loops of such sockets run on. */
  static IoHandlerFactory io() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  /** How packets of one size leave together, if they do. */
  static SegmentedDatagramPacketAllocator segments() {
    return Epoll.isAvailable() ? Segments.forEpoll() : SegmentedDatagramPacketAllocator.NONE;
  }

  /** A socket on this loop, to be bound. */
  static Bootstrap of(EventLoop loop) {
    var socket =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
            .option(ChannelOption.SO_SNDBUF, BUFFER_BYTES);
    if (!Epoll.isAvailable()) return socket.channel(NioDatagramChannel.class);
    return socket
        .channel(EpollDatagramChannel.class)
        .option(MTU_DISCOVER, PROBE)
        .option(MTU_DISCOVER_6, PROBE)
        .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES)
        .option(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(DATAGRAM_BYTES * DATAGRAMS_A_READ));
  }
}

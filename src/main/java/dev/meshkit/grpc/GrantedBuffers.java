package dev.meshkit.grpc;

import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.unix.UnixChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Logs, once, how large the kernel made the buffers of our sockets: it cuts down to its own limit
 * without a word, and what arrives while the event loop is busy is then lost.
 */
final class GrantedBuffers {
  private static final System.Logger LOG = System.getLogger(GrantedBuffers.class.getName());

  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * What there is.
   *
   * @param receiveBytes of SO_RCVBUF
   * @param sendBytes of SO_SNDBUF
   */
  record Size(int receiveBytes, int sendBytes) {
    /** Of a bound socket. Linux reports twice what it grants, and Netty passes that on. */
    static Size of(DatagramChannel socket) {
      var share = socket instanceof UnixChannel ? 2 : 1;
      var config = socket.config();
      return new Size(config.getReceiveBufferSize() / share, config.getSendBufferSize() / share);
    }

    boolean isLessThan(int asked) {
      return receiveBytes < asked || sendBytes < asked;
    }
  }

  /** A socket was bound. Not on an event loop, which logs nothing. */
  void note(DatagramChannel socket) {
    if (told.compareAndSet(false, true)) tell(Size.of(socket), UdpSockets.BUFFER_BYTES);
  }

  /** Worth a line only where it is less than {@code asked}. */
  static void tell(Size granted, int asked) {
    if (granted.isLessThan(asked)) {
      LOG.log(
          System.Logger.Level.INFO,
          "UDP sockets were granted "
              + granted.receiveBytes()
              + " bytes to receive and "
              + granted.sendBytes()
              + " to send, and not the "
              + asked
              + " asked for: bursts may lose packets (on Linux see net.core.rmem_max, wmem_max)");
    } else {
      LOG.log(System.Logger.Level.DEBUG, "UDP sockets have their buffers of {0} bytes", asked);
    }
  }
}

package dev.meshkit.grpc;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicChannel;
import java.nio.charset.StandardCharsets;

/**
 * How a connection says that it ends. HTTP/3's codes are known to a peer only once the handshake is
 * complete (RFC 9000 §10.2.3): before that QUIC's own stand in for them. Netty's QUIC would else
 * make packets for ever that never contain the frame, and its event loop would not return.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a connection that fails to close is told lost all the same
final class CloseFrame {
  private static final int APPLICATION_ERROR = 0x0c; // RFC 9000 §20.1
  private static final int CERTIFICATE_UNKNOWN = 0x100 + 46; // RFC 9001 §4.8, RFC 8446 §6.2

  private CloseFrame() {}

  /** Closes for this reason. */
  static void send(QuicChannel channel, boolean handshaken, Http3ConnectException why) {
    if (!handshaken) {
      channel.close(false, APPLICATION_ERROR, Unpooled.EMPTY_BUFFER);
      return;
    }
    var code =
        why.closeCode() == Http3ConnectException.NONE
            ? Http3ErrorCode.H3_NO_ERROR.code()
            : why.closeCode();
    channel.close(true, (int) code, Unpooled.copiedBuffer(why.reason(), StandardCharsets.UTF_8));
  }

  /** Closes a handshake that failed; TLS's own alert goes first. */
  static void sendRefusal(QuicChannel channel) {
    channel.close(false, CERTIFICATE_UNKNOWN, Unpooled.EMPTY_BUFFER);
  }
}

package dev.meshkit.grpc;

import dev.meshkit.grpc.Http3ConnectException.Close;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicClosedChannelException;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicTimeoutClosedChannelException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/** What ended a connection, as an {@link Http3ConnectException}. */
final class Failures {
  private static final int NO_APPLICATION_PROTOCOL = 120; // TLS alert, RFC 7301 §3.2
  private static final long CONNECTION_REFUSED = 0x2; // RFC 9000 §20.1
  private static final int MOST_SAID = 256; // characters; a packet holds more

  private Failures() {}

  /** The peer closed with a code. */
  static Http3ConnectException ofClose(String peer, QuicConnectionCloseEvent event) {
    var reason = reasonOf(event);
    if (!event.isApplicationClose() && event.isTlsError()) {
      return ofAlert(peer, QuicConnectionCloseEvent.extractTlsError(event.error()), reason);
    }
    var code = Integer.toUnsignedLong(event.error());
    var close = new Close(Http3ConnectException.NONE, code, reason, event.isApplicationClose());
    var said = printable(reason);
    var kind = event.isApplicationClose() ? ofApplicationCode(code) : ofTransportCode(code);
    var message =
        switch (kind) {
          case PEER_CHECK -> peer + " refused us: " + said;
          case OVERLOAD -> peer + " has no room for us: " + said;
          default -> peer + " closed the connection (0x" + Long.toHexString(code) + "): " + said;
        };
    return new Http3ConnectException(kind, message, close, null);
  }

  /** What the peer said. Netty 4.2.18 throws where it said nothing, as with every TLS alert. */
  private static String reasonOf(QuicConnectionCloseEvent event) {
    try {
      return new String(event.reason(), StandardCharsets.UTF_8);
    } catch (NullPointerException nothingSaid) {
      return "";
    }
  }

  /**
   * A stranger's words as a message may hold them: in one line of a log, and without what a
   * terminal takes for a command or for another order of reading.
   */
  private static String printable(String said) {
    var text = new StringBuilder();
    said.codePoints()
        .limit(MOST_SAID)
        .map(c -> isPlain(c) ? c : '?')
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static Http3ConnectException ofAlert(String peer, int alert, String reason) {
    var kind = alert == NO_APPLICATION_PROTOCOL ? Kind.ALPN : Kind.TLS;
    return new Http3ConnectException(
        kind,
        peer
            + " refused the TLS handshake with alert "
            + alert
            + (reason.isEmpty() ? "" : ": " + printable(reason)),
        new Close(alert, Http3ConnectException.NONE, reason),
        null);
  }

  private static Kind ofApplicationCode(long code) {
    if (code >= Http3ConnectException.REFUSAL_BASE
        && code <= Http3ConnectException.REFUSAL_BASE + 0xFFFF) {
      return Kind.PEER_CHECK;
    }
    return code == Http3ErrorCode.H3_EXCESSIVE_LOAD.code() ? Kind.OVERLOAD : Kind.CLOSED;
  }

  private static Kind ofTransportCode(long code) {
    return code == CONNECTION_REFUSED ? Kind.REFUSED : Kind.CLOSED;
  }

  /** Something threw. */
  static Http3ConnectException of(String peer, Throwable cause) {
    return switch (cause) {
      case Http3ConnectException known -> known;
      case QuicClosedChannelException closed when closed.event() != null ->
          ofClose(peer, closed.event());
      case UnknownHostException _ -> because(Kind.RESOLVE, peer + " has no address", cause);
      case PortUnreachableException _ -> because(Kind.REFUSED, "nobody listens at " + peer, cause);
      case ConnectTimeoutException _ -> because(Kind.TIMEOUT, "no answer from " + peer, cause);
      case QuicTimeoutClosedChannelException _ ->
          because(Kind.TIMEOUT, peer + " fell silent", cause);
      case SSLException _ -> because(Kind.TLS, "we refused the TLS handshake of " + peer, cause);
      default ->
          because(
              Kind.CLOSED, "the connection to " + peer + " failed: " + cause.getMessage(), cause);
    };
  }

  private static Http3ConnectException because(Kind kind, String message, Throwable cause) {
    return new Http3ConnectException(kind, message, Close.SILENT, cause);
  }

  /** We saw no packet for too long. */
  static Http3ConnectException silent(String peer, String what) {
    return new Http3ConnectException(Kind.TIMEOUT, what + " " + peer, Close.SILENT, null);
  }

  /** The server's GOAWAY said that it would process no more. */
  static Http3ConnectException wentAway(String peer) {
    var how = peer + " went away before it processed the call";
    return new Http3ConnectException(Kind.CLOSED, how, Close.SILENT, null);
  }

  /** The peer broke HTTP/3, so we close; it learns {@code code} and {@code how}. */
  static Http3ConnectException ofProtocol(SocketAddress peer, Http3ErrorCode code, String how) {
    return ofOurs(Kind.CLOSED, peer + " broke HTTP/3: " + how, code.code(), how);
  }

  /** We closed it, and have nothing to say about that. */
  static Http3ConnectException quiet(SocketAddress peer) {
    var how = "the connection to " + peer + " was closed here";
    return ofOurs(Kind.CLOSED, how, Http3ErrorCode.H3_NO_ERROR.code(), "");
  }

  /** We closed it. */
  static Http3ConnectException ofOurs(Kind kind, String message, long code, String reason) {
    return new Http3ConnectException(
        kind, message, new Close(Http3ConnectException.NONE, code, reason), null);
  }
}

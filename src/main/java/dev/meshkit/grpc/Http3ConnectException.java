package dev.meshkit.grpc;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A connection that could not be made, or was lost: the cause of every status that stems from a
 * connection rather than from a service. That is {@code UNAVAILABLE}, unless the server closed with
 * an error of HTTP/3 while calls were open.
 */
public final class Http3ConnectException extends IOException {
  /** Application close codes from here on, 65,536 of them, are refusals of a {@link PeerCheck}. */
  public static final long REFUSAL_BASE = 0x4D4B_0000L;

  /** What {@link #tlsAlert()} and {@link #closeCode()} answer when there was none. */
  public static final int NONE = -1;

  @Serial private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int tlsAlert;
  private final long closeCode;
  private final String reason;
  private final boolean http3;

  Http3ConnectException(Kind kind, String message, Close close, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.tlsAlert = close.tlsAlert();
    this.closeCode = close.code();
    this.reason = close.reason();
    this.http3 = close.http3();
  }

  /** The sort of failure. */
  public Kind kind() {
    return kind;
  }

  /** The TLS alert (RFC 8446 §6) that ended the handshake, or {@link #NONE}. */
  public int tlsAlert() {
    return tlsAlert;
  }

  /** The code the connection was closed with, by either side, or {@link #NONE}. */
  public long closeCode() {
    return closeCode;
  }

  /**
   * The {@code code} of the {@link Verdict.Refuse} that closed the connection, or {@link #NONE}.
   */
  public int refusal() {
    return closeCode >= REFUSAL_BASE && closeCode <= REFUSAL_BASE + 0xFFFF
        ? (int) (closeCode - REFUSAL_BASE)
        : NONE;
  }

  /** What the closing side said, or an empty string. */
  public String reason() {
    return reason;
  }

  /** Whether the peer closed it with a code of HTTP/3's. */
  boolean isHttp3Close() {
    return http3;
  }

  /**
   * How a connection ended, as far as anyone said.
   *
   * @param http3 whether it was the peer, with a code of HTTP/3's
   */
  record Close(int tlsAlert, long code, String reason, boolean http3) {
    /** Nothing was said. */
    static final Close SILENT = new Close(NONE, NONE, "");

    /** By us, by TLS or by QUIC. */
    Close(int tlsAlert, long code, String reason) {
      this(tlsAlert, code, reason, false);
    }
  }
}

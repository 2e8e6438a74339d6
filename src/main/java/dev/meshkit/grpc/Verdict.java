package dev.meshkit.grpc;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What a {@link PeerCheck} decided. */
public sealed interface Verdict {
  /** The connection may be used. */
  record Admit() implements Verdict {}

  /**
   * The connection is closed, and the peer learns why: it sees {@link Kind#PEER_CHECK} with this
   * code and reason.
   *
   * @param code 0 to 65535; sent as the application close code 0x4D4B0000 + {@code code}
   * @param reason for the peer's operator, at most 64 bytes of UTF-8
   */
  record Refuse(int code, String reason) implements Verdict {
    /** The most bytes a reason may have. */
    public static final int MAX_REASON_BYTES = 64;

    /** Checks both bounds. */
    public Refuse {
      Objects.requireNonNull(reason, "reason");
      if (code < 0 || code > 0xFFFF) {
        throw new IllegalArgumentException("a refusal's code is 0..65535, not " + code);
      }
      if (reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
        throw new IllegalArgumentException("a refusal's reason has at most 64 bytes: " + reason);
      }
    }
  }
}

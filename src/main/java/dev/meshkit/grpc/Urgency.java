package dev.meshkit.grpc;

import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamPriority;

/** How urgent a call is, and how that is said: {@code priority: u=0..7[, i]} (RFC 9218 §4). */
final class Urgency {
  /** Of a call that says nothing. */
  static final int DEFAULT = 3;

  private static final int LEAST = 7;
  private static final String FIELD = "priority";

  private Urgency() {}

  /** The urgency that an application chose. */
  static int checked(int urgency) {
    if (urgency < 0 || urgency > LEAST) {
      throw new IllegalArgumentException("an urgency is 0 (first) to 7 (last), not " + urgency);
    }
    return urgency;
  }

  /** Says it, unless that goes without saying. */
  static void append(int urgency, Http3Headers into) {
    if (urgency != DEFAULT) into.add(FIELD, "u=" + urgency);
  }

  /** What a client said; what is no priority counts for nothing (RFC 9218 §4). */
  static QuicStreamPriority in(Http3Headers fields) {
    var urgency = DEFAULT;
    var incremental = false;
    var said = fields.get(FIELD);
    if (said == null) return new QuicStreamPriority(urgency, false);
    for (var part : said.toString().split(",", -1)) {
      var parameter = part.strip();
      if (parameter.length() == 3 && parameter.startsWith("u=")) {
        var digit = parameter.charAt(2) - '0';
        if (digit >= 0 && digit <= LEAST) urgency = digit;
      } else if (parameter.equals("i") || parameter.equals("i=?1")) {
        incremental = true;
      }
    }
    return new QuicStreamPriority(urgency, incremental);
  }
}

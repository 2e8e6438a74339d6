package dev.meshkit.grpc;

import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamPriority;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How urgent a call is, and how that is said: {@code priority: u=0..7[, i]} (RFC 9218 §4), 0 first
 * … 7 last. What is more urgent leaves first; our calls of one urgency share the connection alike,
 * since none of many may wait for another's end.
 *
 * <p>QUIC knows nothing of an urgency of 3: a stream that was told nothing is the least urgent one,
 * so each stream is told.
 */
final class Urgency {
  /** Of a call that says nothing. */
  static final int DEFAULT = 3;

  private static final int LEAST = 7;
  private static final String FIELD = "priority";
  private static final List<QuicStreamPriority> OF =
      IntStream.rangeClosed(0, LEAST).mapToObj(u -> new QuicStreamPriority(u, true)).toList();

  private Urgency() {}

  /** The urgency that an application chose. */
  static int checked(int urgency) {
    if (urgency < 0 || urgency > LEAST) {
      throw new IllegalArgumentException("an urgency is 0 (first) to 7 (last), not " + urgency);
    }
    return urgency;
  }

  /** What QUIC is told of a call of ours. */
  static QuicStreamPriority of(int urgency) {
    return OF.get(urgency);
  }

  /** Says it, unless that goes without saying. */
  static void append(int urgency, FieldSection into) {
    if (urgency != DEFAULT) into.add(FIELD, "u=" + urgency + ", i");
  }

  /** What a client said; what is no priority counts for nothing (RFC 9218 §4). */
  static QuicStreamPriority in(Http3Headers fields) {
    var said = fields.get(FIELD);
    if (said == null) return of(DEFAULT);
    var urgency = DEFAULT;
    var incremental = false;
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

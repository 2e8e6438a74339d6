package dev.meshkit.grpc;

import io.netty.handler.codec.quic.QuicStreamPriority;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How urgent a call is (RFC 9218): 0 first … 7 last. What is more urgent leaves first; streams of
 * one urgency share the connection alike, since none of many calls may wait for another's end.
 *
 * <p>QUIC knows nothing of an urgency of 3: a stream that was told nothing is the least urgent one,
 * so each stream is told.
 */
final class Urgency {
  static final int DEFAULT = 3;

  private static final int LAST = 7;
  private static final List<QuicStreamPriority> OF =
      IntStream.rangeClosed(0, LAST).mapToObj(u -> new QuicStreamPriority(u, true)).toList();

  private Urgency() {}

  /** The same, unless it is none. */
  static int checked(int urgency) {
    if (urgency >= 0 && urgency <= LAST) return urgency;
    throw new IllegalArgumentException("an urgency is 0 to 7, not " + urgency);
  }

  /** What QUIC is told. */
  static QuicStreamPriority of(int urgency) {
    return OF.get(urgency);
  }

  /**
   * The {@code priority} field of a request; one that says nothing we understand is the default.
   */
  static int parse(@Nullable CharSequence field) {
    if (field == null) return DEFAULT;
    for (var part : field.toString().split(",", -1)) {
      var member = part.strip();
      if (member.length() == 3 && member.startsWith("u=")) {
        var urgency = member.charAt(2) - '0';
        if (urgency >= 0 && urgency <= LAST) return urgency;
      }
    }
    return DEFAULT;
  }
}

package dev.meshkit.node;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Java's times as protobuf's, for what operators read. */
final class Times {
  private Times() {}

  /** A wall-clock instant. */
  static Timestamp of(Instant wall) {
    return Timestamp.newBuilder()
        .setSeconds(wall.getEpochSecond())
        .setNanos(wall.getNano())
        .build();
  }

  /** A span. */
  static Duration of(java.time.Duration span) {
    return Duration.newBuilder().setSeconds(span.getSeconds()).setNanos(span.getNano()).build();
  }
}

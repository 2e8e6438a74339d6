package dev.meshkit.control;

import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import java.time.Instant;

/**
 * The first seven fields of every answer: what it is, who says so, and how fresh it is; and what
 * times, durations and limits of lists are in requests and answers.
 */
public final class Envelope {
  /** The version of the answers' form: it only gains fields and enum values. */
  public static final String API_VERSION = "meshkit/v1";

  /** Of a list whose request names no limit. */
  private static final int LISTED = 100;

  private Envelope() {}

  /** The answer with its envelope filled in; its kind is its message's name. */
  public static <B extends Message.Builder> B stamp(B answer, Origin origin) {
    var type = answer.getDescriptorForType();
    answer.setField(type.findFieldByName("api_version"), API_VERSION);
    answer.setField(type.findFieldByName("kind"), type.getName());
    answer.setField(type.findFieldByName("cluster"), origin.cluster());
    answer.setField(type.findFieldByName("answered_by"), origin.answeredBy());
    answer.setField(type.findFieldByName("as_of"), timestamp(origin.asOf()));
    answer.setField(type.findFieldByName("agree"), origin.agree());
    answer.setField(type.findFieldByName("known"), origin.known());
    return answer;
  }

  /** How many to list, at most {@code most}, of what a request asks for; it may name no limit. */
  static int limit(int asked, int most) {
    return asked <= 0 ? LISTED : Math.min(asked, most);
  }

  /** A wall time as answers carry it, cut to milliseconds. */
  public static com.google.protobuf.Timestamp timestamp(Instant wall) {
    return Timestamps.fromMillis(wall.toEpochMilli());
  }

  /** A wall time as exact as it is: what is less than a millisecond apart keeps its order. */
  static com.google.protobuf.Timestamp exactly(Instant wall) {
    return com.google.protobuf.Timestamp.newBuilder()
        .setSeconds(wall.getEpochSecond())
        .setNanos(wall.getNano())
        .build();
  }

  /** A wall time that an answer carried. */
  public static Instant instant(com.google.protobuf.Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }

  /** A duration as answers carry it. */
  public static com.google.protobuf.Duration duration(java.time.Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** A duration that an answer or request carried. */
  public static java.time.Duration duration(com.google.protobuf.Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}

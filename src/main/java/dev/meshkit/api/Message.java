package dev.meshkit.api;

import java.util.Map;

/**
 * What one application hands another.
 *
 * @param topic which handler it is for: 1–128 of {@code [A-Za-z0-9._:/-]}
 * @param body at most 1 MiB
 * @param headers at most 64, together at most 16 KiB
 */
public record Message(String topic, Bytes body, Map<String, String> headers) {
  /** The largest body, bytes. */
  public static final int MAX_BODY_BYTES = 1 << 20;

  private static final java.util.regex.Pattern TOPIC =
      java.util.regex.Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

  /** Copies the headers and checks the limits. */
  public Message {
    headers = Map.copyOf(headers);
    if (!isTopic(topic)) throw new IllegalArgumentException("not a topic: '" + topic + "'");
    if (body.size() > MAX_BODY_BYTES)
      throw new IllegalArgumentException(
          "a body of " + body.size() + " B; the limit is " + MAX_BODY_BYTES);
    var headerChars =
        headers.entrySet().stream()
            .mapToInt(e -> e.getKey().length() + e.getValue().length())
            .sum();
    if (headers.size() > 64 || headerChars > 16_384)
      throw new IllegalArgumentException("headers over 64 or 16 KiB");
  }

  /** Whether a text may be a topic. */
  public static boolean isTopic(String text) {
    return TOPIC.matcher(text).matches();
  }

  /** A message without headers. */
  public static Message of(String topic, Bytes body) {
    return new Message(topic, body, Map.of());
  }
}

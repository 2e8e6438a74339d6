package dev.meshkit.grpc;

/**
 * What one call may receive.
 *
 * @param messageBytes the largest message, inflated; 4 MiB
 * @param metadataBytes the most metadata in headers or in trailers, counted as RFC 9114 §4.2.2; 8
 *     KiB
 */
record Limits(int messageBytes, int metadataBytes) {
  /** Checks both. */
  Limits {
    if (messageBytes < 0 || metadataBytes < 1) {
      throw new IllegalArgumentException(
          "limits are positive, not " + messageBytes + ", " + metadataBytes);
    }
  }

  static Limits defaults() {
    return new Limits(4 << 20, 8 << 10);
  }

  Limits withMessageBytes(int value) {
    return new Limits(value, metadataBytes);
  }

  Limits withMetadataBytes(int value) {
    return new Limits(messageBytes, value);
  }
}

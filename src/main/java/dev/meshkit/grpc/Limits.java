package dev.meshkit.grpc;

/**
 * What one call may receive.
 *
 * @param messageBytes the largest message, inflated; 4 MiB
 * @param metadataBytes the most metadata in headers or in trailers, counted as RFC 9114 §4.2.2; 8
 *     KiB, and at most the 64 KiB that a connection takes at all
 */
record Limits(int messageBytes, int metadataBytes) {
  /** Checks both. */
  Limits {
    if (messageBytes < 0 || metadataBytes < 1) {
      throw new IllegalArgumentException(
          "limits are positive, not " + messageBytes + ", " + metadataBytes);
    }
    if (metadataBytes > QuicSettings.FIELD_SECTION_BYTES) {
      throw new IllegalArgumentException(
          "metadata may have at most "
              + QuicSettings.FIELD_SECTION_BYTES
              + " bytes, not "
              + metadataBytes);
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

package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.Metadata;

/** The header in which two nodes say who they are; what it holds is read in {@code link}. */
final class Hello {
  static final Metadata.Key<byte[]> KEY =
      Metadata.Key.of("meshkit-hello-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private Hello() {}

  /** The Hello in these headers, empty bytes if there is none. */
  static Bytes in(Metadata headers) {
    var value = headers.get(KEY);
    return value == null ? Bytes.EMPTY : Bytes.of(value);
  }
}

package dev.meshkit.grpc;

import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;

/**
 * The message encodings an end knows.
 *
 * @param compressors what may be sent
 * @param decompressors what is understood
 */
record Codecs(CompressorRegistry compressors, DecompressorRegistry decompressors) {
  /** identity and gzip. */
  static Codecs defaults() {
    return new Codecs(
        CompressorRegistry.getDefaultInstance(), DecompressorRegistry.getDefaultInstance());
  }
}

package dev.meshkit.grpc;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** gzip that tells how many messages went through it. */
final class CountingGzip implements Codec {
  final AtomicInteger compressed = new AtomicInteger();
  final AtomicInteger decompressed = new AtomicInteger();
  private final Codec gzip = new Codec.Gzip();

  @Override
  public String getMessageEncoding() {
    return gzip.getMessageEncoding();
  }

  @Override
  public OutputStream compress(OutputStream out) throws IOException {
    compressed.incrementAndGet();
    return gzip.compress(out);
  }

  @Override
  public InputStream decompress(InputStream in) throws IOException {
    decompressed.incrementAndGet();
    return gzip.decompress(in);
  }

  CompressorRegistry compressors() {
    var registry = CompressorRegistry.newEmptyInstance();
    registry.register(this);
    registry.register(Codec.Identity.NONE);
    return registry;
  }

  DecompressorRegistry decompressors() {
    return DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false).with(this, true);
  }
}

package dev.meshkit.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * The TLS of a listener that goes by other credentials in time: each handshake is done by the
 * context of its moment, and no session of a former one is resumed.
 */
final class CurrentTls extends SslContext {
  private final Supplier<SslContext> now;

  /** {@code now}: contexts alike but for credentials. */
  CurrentTls(Supplier<SslContext> now) {
    this.now = now;
  }

  @Override
  public boolean isClient() {
    return now.get().isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return now.get().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // what it gives is, and every context must
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return now.get().applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return now.get().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return now.get().newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return now.get().sessionContext();
  }
}

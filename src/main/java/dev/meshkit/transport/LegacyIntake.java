package dev.meshkit.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What comes from the peer of a legacy connection, counted in the pieces in which TLS hands it on:
 * a large frame on a slow path is a sign of life long before it has come. One thread reads, any may
 * ask.
 */
final class LegacyIntake extends FilterInputStream {
  private final AtomicLong pieces = new AtomicLong();

  LegacyIntake(InputStream tls) {
    super(tls);
  }

  /** Pieces that have come, in all. */
  long pieces() {
    return pieces.get();
  }

  @Override
  public int read() throws IOException {
    return counted(super.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return counted(super.read(bytes, offset, length));
  }

  private int counted(int read) {
    if (read >= 0) pieces.incrementAndGet();
    return read;
  }
}

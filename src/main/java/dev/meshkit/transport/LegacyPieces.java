package dev.meshkit.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What goes to the peer of a legacy connection, in pieces as large as a TLS record: a large frame
 * on a slow path is progress, though it takes long. One thread writes, any may ask.
 */
final class LegacyPieces extends OutputStream {
  private static final int PIECE = 16 << 10;

  private final OutputStream tls;
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean writing;

  LegacyPieces(OutputStream tls) {
    this.tls = tls;
  }

  /** Pieces that the socket has taken, in all. */
  long taken() {
    return taken.get();
  }

  /** Whether one is being written; without progress that means that the peer does not read. */
  boolean isWriting() {
    return writing;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    var end = offset + length;
    for (var from = offset; from < end; from += PIECE) {
      writing = true;
      try {
        tls.write(bytes, from, Math.min(PIECE, end - from));
      } finally {
        writing = false;
      }
      taken.incrementAndGet();
    }
  }

  @Override
  public void flush() throws IOException {
    tls.flush();
  }
}

package dev.meshkit.bench.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** F: appends of 4 KiB, each synced: what the disk allows, whoever asks. */
final class Syncs implements Load {
  private final FileChannel file;
  private final List<Long> took = new ArrayList<>();

  Syncs(Path directory) throws IOException {
    this.file =
        FileChannel.open(
            directory.resolve("syncs"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  @Override
  public double perSecond(Duration time) throws IOException {
    var page = ByteBuffer.allocateDirect(4_096);
    var begun = System.nanoTime();
    var done = 0L;
    for (var at = begun; at - begun < time.toNanos(); done++) {
      file.write(page.clear(), file.size());
      file.force(true);
      var now = System.nanoTime();
      took.add(now - at);
      at = now;
    }
    return Load.rate(done, System.nanoTime() - begun);
  }

  /** How long each of them took so far, ns. */
  List<Long> took() {
    return took;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

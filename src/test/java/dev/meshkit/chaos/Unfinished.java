package dev.meshkit.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The recording that a killed process left: one chunk, whole up to its last flush, which is a
 * second old at most. A reader waits for the rest of it for ever, unless it is called finished.
 */
final class Unfinished {
  /** jdk.jfr.internal.consumer.ChunkHeader: where the size, METADATA and FILE_STATE are. */
  private static final int SIZE_AT = 8;

  private static final int METADATA_AT = 24;
  private static final int STATE_AT = 64;
  private static final byte FINISHED = 0;

  private Unfinished() {}

  /** Cuts it off after the last flush and calls it finished; whether there is anything in it. */
  static boolean finish(Path recording) throws IOException {
    try (var file =
        FileChannel.open(recording, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var header = ByteBuffer.allocate(STATE_AT + 1);
      if (file.read(header, 0) <= STATE_AT) return false;
      if (header.getLong(METADATA_AT) == 0) return false; // killed before its first flush
      if (header.get(STATE_AT) == FINISHED) return true;
      var flushed = header.getLong(SIZE_AT);
      file.truncate(flushed);
      file.write(ByteBuffer.wrap(new byte[] {FINISHED}), STATE_AT);
      return true;
    }
  }
}

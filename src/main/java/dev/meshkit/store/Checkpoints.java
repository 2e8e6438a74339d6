package dev.meshkit.store;

import dev.meshkit.observe.CheckpointEvent;
import dev.meshkit.observe.Metric;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves the log (WAL) into the database every so many bytes, so that it starts over and stays
 * small. Runs on the writer thread, between commits, when the callers have their answers; {@link
 * #oldestReader} and {@link #alarm} may be asked from any.
 *
 * <p>Bytes and not rows, for a row may hold a megabyte. How long the log is says SQLite's own index
 * of it; the file's size does not, for a log that starts over overwrites its file from the front.
 *
 * <p>The log starts over at the first commit that finds all of it moved and nobody reading it. A
 * reader that stays, such as a shell in a transaction, keeps it growing; beyond {@code walSoft}
 * readers are waited for, which our own, each a page, are worth, and the file is cut; beyond {@code
 * walAlarm} a warning names them.
 */
final class Checkpoints {
  private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

  /** A frame is a page and this. https://sqlite.org/fileformat2.html#walformat */
  private static final int FRAME_HEADER_BYTES = 24;

  /** Longer than a page of rows is read, shorter than anybody minds. */
  private static final String WAIT = "PRAGMA busy_timeout = 100";

  private static final String PAGE = "PRAGMA page_size";
  private static final String WAIT_FOR_NOBODY = "PRAGMA busy_timeout = 0";

  private final Statements writer;
  private final StoreOptions options;
  private final DiskLimits limits;
  private long frameBytes; // 0 until the first commit
  private boolean demanded;
  private long doneBytes; // how long the log was after the last checkpoint
  private volatile long bytes; // how long it is
  private volatile @Nullable Pin pin;
  private final Spare spare;

  /** Where in the log a reader stands, and since when at least. */
  private record Pin(long frame, Instant sinceMonotonic) {}

  /** Frames in the log, and how many of them are in the database. */
  private record Log(long frames, long moved) {}

  Checkpoints(Statements writer, StoreOptions options) {
    this.writer = writer;
    this.options = options;
    this.limits = options.limits().disk();
    this.spare = new Spare(writer, options);
  }

  /** Looks how long the log is, and makes a checkpoint if one is due. */
  void afterCommit() {
    spare.committed();
    if (frameBytes == 0) {
      frameBytes = writer.query(PAGE, row -> row.getLong(1)).getFirst() + FRAME_HEADER_BYTES;
    }
    measure(run("NOOP"));
    if (bytes < doneBytes) doneBytes = 0; // it has started over
    if (demanded || bytes - doneBytes >= limits.checkpoint()) now();
  }

  /** Makes the next look a checkpoint. */
  void demand() {
    demanded = true;
  }

  private void now() {
    demanded = false;
    var event = CheckpointEvent.started();
    var began = options.clocks().monotonic().instant();
    var log = bytes < limits.walSoft() ? run("PASSIVE") : cut();
    var ended = options.clocks().monotonic().instant();
    event.end(options.name(), log.moved(), log.frames() - log.moved());
    options
        .meters()
        .time(Metric.STORE_CHECKPOINT_SECONDS, Duration.between(began, ended), options.label());
    var alarmed = alarm().isPresent();
    measure(log);
    doneBytes = bytes;
    pin = log.moved() == log.frames() ? null : pinned(log, ended);
    warn(alarmed);
    spare.measure();
  }

  /** What of the file holds nothing. */
  Spare spare() {
    return spare;
  }

  /** How long the log was after the last commit. */
  long bytes() {
    return bytes;
  }

  /** For how long at least somebody has kept the log from starting over; zero if nobody does. */
  Duration oldestReader() {
    var held = pin;
    return held == null
        ? Duration.ZERO
        : Duration.between(held.sinceMonotonic(), options.clocks().monotonic().instant());
  }

  /** What is wrong with the log, while it is longer than {@code walAlarm}. */
  Optional<Alarm> alarm() {
    return bytes > limits.walAlarm()
        ? Optional.of(new Alarm(bytes, oldestReader()))
        : Optional.empty();
  }

  /**
   * A log that has grown too long.
   *
   * @param bytes how long it is
   * @param heldFor for how long at least its oldest reader has stayed
   */
  record Alarm(long bytes, Duration heldFor) {}

  private void warn(boolean alarmed) {
    var alarm = alarm();
    if (alarm.isPresent() == alarmed) return;
    if (alarm.isPresent()) {
      LOG.log(Level.WARNING, StoreErrors.logHeld(options.file(), alarm.get()).text());
    } else {
      LOG.log(Level.INFO, "the log is short again: file={0} bytes={1}", options.file(), bytes);
    }
  }

  private Pin pinned(Log log, Instant now) {
    var held = pin;
    return held != null && held.frame() == log.moved() ? held : new Pin(log.moved(), now);
  }

  private void measure(Log log) {
    bytes = log.frames() * frameBytes;
  }

  private Log cut() {
    writer.script(WAIT);
    try {
      return run("TRUNCATE");
    } finally {
      writer.script(WAIT_FOR_NOBODY);
    }
  }

  /** A reader in the way is no error: less was done. */
  private Log run(String mode) {
    return writer
        .query(
            "PRAGMA wal_checkpoint(" + mode + ")", row -> new Log(row.getLong(2), row.getLong(3)))
        .getFirst();
  }
}

package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.runtime.FileTrouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What the store says when it cannot: each error names what to do. */
final class StoreErrors {
  private StoreErrors() {}

  /** The file cannot be opened; {@code mk} names the page. */
  static MeshError open(String mk, Path file, String why, String fix) {
    return MeshError.of("error.store.open", "opening " + file, why, fix, Retry.NEVER)
        .with("mk", mk)
        .with("file", file.toString());
  }

  /** The file cannot be read or written: it is damaged, or something about it or its disk. */
  static MeshError unopened(Path file, Exception cause) {
    var damaged = cause instanceof StoreException known && known.isDamage();
    var why = FileTrouble.why(cause);
    if (!damaged) {
      return open("MK-STO-001", file, why, "check the file, its owner and mode, and its disk");
    }
    var votes = isVotes(file);
    return open(
        "MK-STO-001",
        file,
        why,
        votes
            ? "put back a copy from before the damage; without one this node needs a name and a"
                + " data directory of its own, for under this name it could vote twice in a term"
            : "put back a backup; or, to give up what waited in it, move it away with its -wal and"
                + " -shm: the next start says what is left to do");
  }

  /** What is named is no file, and cannot be made one. */
  static MeshError noFile(Path file) {
    return open("MK-STO-001", file, "it is no regular file", "move it away, or name another");
  }

  /** Where room is to be kept back there is something else, which is not overwritten. */
  static MeshError noReserve(Path file, Path reserve) {
    return open("MK-STO-001", file, reserve + " is no reserve of MeshKit's", "move that away");
  }

  /** Handing in failed: it was closed, in order or not. Nothing happened. */
  static MeshError closed(String op) {
    return MeshError.of(
        "error.store.closed",
        op,
        "the store is closed",
        "nothing happened; try again after the node has started",
        Retry.SAFE);
  }

  /** Handing in failed: the queue stayed full. Nothing happened. */
  static MeshError overloaded(String op, Duration waited) {
    return MeshError.of(
        "error.store.overloaded",
        op,
        "the store's queue stayed full for " + waited.toMillis() + " ms",
        "nothing happened; send less, or use a faster disk",
        Retry.SAFE);
  }

  /** BEGIN stayed BUSY: another process holds a write lock. Nothing happened. */
  static MeshError busy(Path file, Duration waited) {
    var others = LogReaders.of(file);
    return MeshError.of(
        "error.store.busy",
        "writing " + file,
        "another process has kept it locked for "
            + waited.toMillis()
            + " ms"
            + (others.isEmpty() ? "" : "; it is open in " + others),
        "nothing happened; end that process, perhaps a sqlite3 shell in a transaction",
        Retry.SAFE);
  }

  /** There is no room to add anything. Nothing happened. */
  static MeshError full(Path file) {
    return MeshError.of(
            "error.store.full",
            "writing " + file,
            "there is no room left on its disk",
            "nothing happened; make room: adding goes on by itself, ending work always can",
            Retry.SAFE)
        .with("mk", "MK-STO-006");
  }

  /** Its file system takes no writes any more. Nothing happened. */
  static MeshError readOnly(Path file) {
    return MeshError.of(
            "error.store.read_only",
            "writing " + file,
            "its disk has become read-only: it was remounted so, by an administrator or by the"
                + " kernel, which found it damaged",
            "nothing happened; see dmesg, mend the disk, and remount it rw: writing goes on by"
                + " itself",
            Retry.SAFE)
        .with("mk", "MK-STO-011");
  }

  /** Nothing has failed yet: a reader keeps the log from starting over. */
  static MeshError logHeld(Path file, Checkpoints.Alarm alarm) {
    var readers = LogReaders.of(file);
    return MeshError.of(
            "error.store.log",
            "keeping the log of " + file + " short",
            String.format(
                Locale.ROOT,
                "it has grown to %d MiB, for a reader has stayed for at least %d s: %s",
                alarm.bytes() >> 20,
                alarm.heldFor().toSeconds(),
                readers.isEmpty() ? "no other process of this user's has it open" : readers),
            "end that reader, perhaps a sqlite3 shell in a transaction",
            Retry.SAFE)
        .with("mk", "MK-STO-009");
  }

  /** The transaction was refused as a whole. Nothing happened. */
  static MeshError refused(Path file, Throwable cause) {
    return MeshError.of(
        "error.store.op",
        "writing " + file,
        FileTrouble.why(cause),
        "nothing happened; this is a fault of MeshKit: report it",
        Retry.SAFE);
  }

  /** COMMIT failed in a way that leaves its outcome open: the store ends, and the node with it. */
  static MeshError unknown(Path file, Throwable cause) {
    return MeshError.of(
            "error.store.unknown",
            "writing " + file,
            FileTrouble.why(cause),
            cause instanceof StoreException known && known.isDamage()
                ? damaged(file)
                : "look at the disk, then start the node again: it will read what is there",
            Retry.SAFE_WITH_KEY)
        .with("mk", "MK-STO-007");
  }

  private static String damaged(Path file) {
    return isVotes(file)
        ? "the file is damaged: put back a backup"
        : "the file is damaged: start the node again, it keeps what can be read and says what is"
            + " lost; or put back a backup";
  }

  /** Too much of what a database must know of itself is lost. */
  static MeshError unmendable(Path file, String lost) {
    return open(
        "MK-STO-001",
        file,
        "it is damaged, and too much of it is lost to go on with the rest: " + lost,
        "put back a backup: meshkit restore");
  }

  private static boolean isVotes(Path file) {
    return file.getFileName().toString().startsWith("election.");
  }

  /**
   * A copy of a database could not be taken, or is not fit to be one again. Nothing has changed.
   */
  static MeshError backup(Path file, String why) {
    return MeshError.of(
            "error.store.backup",
            "the backup " + file,
            why,
            "nothing has changed; mend that and try again",
            Retry.SAFE)
        .with("mk", "MK-STO-010");
  }

  /** A read failed. */
  static MeshError read(Path file, Throwable cause) {
    return MeshError.of(
        "error.store.read",
        "reading " + file,
        FileTrouble.why(cause),
        "try again; if it stays, check it: sqlite3 -readonly " + file + " 'PRAGMA quick_check'",
        Retry.SAFE);
  }
}

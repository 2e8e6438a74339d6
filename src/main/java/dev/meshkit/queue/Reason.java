package dev.meshkit.queue;

import dev.meshkit.api.MeshError;

/** Why a task is dead; {@link #number()} is the column, fixed by the file format. */
public enum Reason {
  /** Its attempts are used up. */
  EXHAUSTED(1),
  /** The worker said that it can never succeed. */
  PERMANENT(2),
  /** Too many processes died holding it. */
  CRASH_LOOP(3),
  /** Its time to live was over. */
  EXPIRED(4),
  /** Its body no longer matches its checksum, or cannot be decoded. */
  CORRUPT(5),
  /** Its peer was revoked or forgotten. */
  PEER_GONE(6),
  /** Its receiver no longer knows, or may not know, whether it had it. */
  FORGOTTEN(7),
  /** An operator said so. */
  OPERATOR(8);

  private final int number;

  Reason(int number) {
    this.number = number;
  }

  /** Why a task is dead of which was said that it can never succeed: two codes say more. */
  public static Reason of(MeshError why) {
    return switch (why.code()) {
      case "error.inbox.forgotten" -> FORGOTTEN;
      case "error.peer.gone" -> PEER_GONE;
      default -> PERMANENT;
    };
  }

  /** The number in the file. */
  public int number() {
    return number;
  }

  /** The reason of a number in the file; CORRUPT if none has it, for then its row is damaged. */
  static Reason of(int number) {
    for (var reason : values()) if (reason.number == number) return reason;
    return CORRUPT;
  }
}

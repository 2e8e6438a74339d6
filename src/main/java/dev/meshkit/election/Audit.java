package dev.meshkit.election;

import dev.meshkit.api.Bytes;

/**
 * Which command changed a record, and on whose word.
 *
 * @param command its id
 * @param author who, why, when
 */
public record Audit(Bytes command, Author author) {
  /** Checks the id. */
  public Audit {
    if (command.isEmpty() || command.size() > Command.MAX_ID)
      throw new IllegalArgumentException("a command's id has 1 to 32 bytes, not " + command.size());
  }
}

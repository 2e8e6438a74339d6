package dev.meshkit.gate;

import dev.meshkit.api.Scope;
import java.util.List;

/**
 * A committed scope record, as far as the gate is concerned.
 *
 * @param scope whose record
 * @param record which record
 * @param entries all that it holds, at most 256
 * @param actor who changed it last, as far as that is known
 * @param reason why
 */
public record Adoption(
    Scope scope, RecordId record, List<Entry> entries, String actor, String reason) {
  /** The most entries of a record. */
  public static final int MAX_ENTRIES = 256;

  /** Copies the entries and checks how many. */
  public Adoption {
    entries = List.copyOf(entries);
    if (entries.size() > MAX_ENTRIES)
      throw new IllegalArgumentException("a record has at most 256 entries: " + entries.size());
    var names = entries.stream().map(Entry::change).distinct().count();
    if (names < entries.size())
      throw new IllegalArgumentException("a record has one entry a change");
  }
}

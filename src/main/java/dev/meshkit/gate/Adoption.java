package dev.meshkit.gate;

import dev.meshkit.api.Scope;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A committed scope record, as far as the gate is concerned.
 *
 * @param scope whose record
 * @param record which record
 * @param entries all that it holds, at most 256
 * @param by who changed each of them last, by change; who is not known is not there
 */
public record Adoption(Scope scope, RecordId record, List<Entry> entries, Map<String, By> by) {
  /** The most entries of a record. */
  public static final int MAX_ENTRIES = 256;

  /**
   * Who changed an entry.
   *
   * @param actor who
   * @param reason why
   */
  public record By(String actor, String reason) {
    /** Nobody knows. */
    public static final By NOBODY = new By("", "");
  }

  /** Copies the entries and checks how many. */
  public Adoption {
    entries = List.copyOf(entries);
    by = Map.copyOf(by);
    if (entries.size() > MAX_ENTRIES)
      throw new IllegalArgumentException("a record has at most 256 entries: " + entries.size());
    var names = entries.stream().map(Entry::change).distinct().count();
    if (names < entries.size())
      throw new IllegalArgumentException("a record has one entry a change");
  }

  /** One whose entries were all changed by the same. */
  public static Adoption of(Scope scope, RecordId record, List<Entry> entries, By by) {
    var all = entries.stream().map(Entry::change).distinct();
    return new Adoption(scope, record, entries, all.collect(Collectors.toMap(one -> one, _ -> by)));
  }

  /** Who changed one of them last, as far as that is known. */
  By by(String change) {
    return by.getOrDefault(change, By.NOBODY);
  }
}

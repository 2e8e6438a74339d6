package dev.meshkit.gate;

/**
 * An entry and the scope record that it was committed with.
 *
 * @param entry what was committed
 * @param record with which record
 */
public record Committed(Entry entry, RecordId record) {}

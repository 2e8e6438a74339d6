package dev.meshkit.cli;

/** How answers are printed. */
enum Output {
  /** For a person. */
  table,
  /** One document. */
  json,
  /** An item a line. */
  jsonl
}

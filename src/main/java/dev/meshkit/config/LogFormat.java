package dev.meshkit.config;

/** How log lines look. */
public enum LogFormat {
  /** Text on a terminal, otherwise JSON. */
  AUTO,
  /** A line a person reads. */
  TEXT,
  /** An object a line. */
  JSON
}

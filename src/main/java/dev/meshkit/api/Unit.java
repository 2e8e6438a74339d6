package dev.meshkit.api;

/** The value of a step that has nothing to say but that it succeeded. */
public enum Unit {
  /** The only one. */
  UNIT
}

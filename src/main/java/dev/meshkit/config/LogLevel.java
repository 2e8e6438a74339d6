package dev.meshkit.config;

/** The least severe lines that are written. */
public enum LogLevel {
  /** Failures only. */
  ERROR,
  /** Also what someone must act on. */
  WARN,
  /** Also changes of view, leader and health. */
  INFO,
  /** Also what a developer of MeshKit needs. */
  DEBUG
}

package dev.meshkit.security;

import java.io.IOException;

/** A file that must not be used as it is; unlike other failures it knows what mends it. */
final class UnfitFile extends IOException {
  private static final long serialVersionUID = 1L;

  private final String fix;

  /** An empty {@code fix} leaves that to whoever knows what the file is for. */
  UnfitFile(String why, String fix) {
    super(why);
    this.fix = fix;
  }

  /** What mends it; empty when that depends on what the file is for. */
  String fix() {
    return fix;
  }
}

package dev.meshkit.security;

/** What became of a peer's chain. */
public sealed interface Admission {
  /**
   * It is who it says.
   *
   * @param who its identity
   */
  record Admitted(Identity who) implements Admission {}

  /**
   * It is not let in.
   *
   * @param code the first check that failed
   * @param why what was found
   */
  record Refused(TlsCode code, String why) implements Admission {
    /** {@code MK-TLS-nnn why}. */
    public String text() {
      return code.text() + " " + why;
    }
  }
}

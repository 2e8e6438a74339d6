package dev.meshkit.gate;

import dev.meshkit.api.Bytes;

/**
 * A capture as the branch asks for it.
 *
 * @param strand in which line of steps; "" is the first
 * @param step which step
 * @param mode how it is to be done
 * @param input the fingerprint of what goes in; empty where nothing does
 */
record Ask(String strand, Step<?> step, Mode mode, Bytes input) {
  String text() {
    return step.text(step.isKeyed() ? "" : strand);
  }

  /** Whether only mode, type and input are compared, it would be that one. */
  boolean isLike(EffectRow row) {
    return row.mode() == mode && row.type().equals(step.type().name()) && row.input().equals(input);
  }

  /** In words, beside those of {@link #text(EffectRow)}. */
  String text(int occ, int n) {
    return words(text(), occ, n, mode, step.type().toString(), input);
  }

  static String text(EffectRow row) {
    var type = row.type() + "@" + row.schema();
    return words(row.step(), row.occ(), row.n(), row.mode(), type, row.input());
  }

  private static String words(String step, int occ, int n, Mode mode, String type, Bytes input) {
    var place = n == 0 ? "" : " at place " + n;
    var fingerprint = input.isEmpty() ? "" : ", input " + input.hex().substring(0, 8);
    return step
        + (occ > 1 ? "#" + occ : "")
        + place
        + " ("
        + mode
        + ", "
        + type
        + fingerprint
        + ")";
  }
}

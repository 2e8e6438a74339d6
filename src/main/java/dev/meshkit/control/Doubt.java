package dev.meshkit.control;

import dev.meshkit.api.MeshError;

/**
 * What the error of a call says beyond that nobody answered: whether it may have been done, and
 * where that is seen.
 *
 * @param what may be so all the same; "" for a question, of which nothing stays
 * @param look the command that shows it
 */
public record Doubt(String what, String look) {
  /** Of a question: it can be asked again. */
  public static final Doubt NONE = new Doubt("", "");

  /** Of a change. */
  public static Doubt of(String look) {
    return new Doubt("it may be done all the same", look);
  }

  /** Why it was not answered. */
  String why(String silence) {
    return what.isEmpty() ? silence : silence + "; " + what;
  }

  /** How to go on. */
  String fix(String asked, String changed) {
    return what.isEmpty() ? asked : changed + "look with `" + look + "` before you do it again";
  }

  /** Whether the call can be made again without looking. */
  MeshError.Retry retry(MeshError.Retry asked) {
    return what.isEmpty() ? asked : MeshError.Retry.SAFE_WITH_KEY;
  }
}

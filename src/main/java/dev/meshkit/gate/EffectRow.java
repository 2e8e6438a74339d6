package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Token;
import java.util.zip.CRC32C;

/**
 * An effect as it is recorded.
 *
 * @param step as {@link Step#text} has it
 * @param occ which repeat of the step, from 1
 * @param n its place in its strand, from 1; 0 of a keyed one
 * @param st how far it is
 * @param mode how it is done
 * @param input the fingerprint of what goes in; empty where nothing does
 * @param token its name to the outside, 16 bytes; empty of one {@link #isPlain in its place}
 * @param boot of INTENT the start in which a call may be out, 0 if none can be; of IN_DOUBT the
 *     start in which the resolver was asked, 0 if not since
 * @param tries calls that were made and are over, or nobody knows of
 * @param type the logical type
 * @param schema of the value
 * @param crc CRC-32C of value and error
 * @param value of OK
 * @param error of FAILED, and of others what the last call said
 */
record EffectRow(
    String step,
    int occ,
    int n,
    EffectState st,
    Mode mode,
    Bytes input,
    Bytes token,
    long boot,
    int tries,
    String type,
    int schema,
    int crc,
    Bytes value,
    Bytes error) {

  /** The CRC of no bytes. */
  static final int NO_CRC = 0;

  /** Which of a run's it is. */
  record Id(String step, int occ) {}

  Id id() {
    return new Id(step, occ);
  }

  /**
   * Whether it is known by its place in the first strand: a value without a key, of which nobody
   * outside ever hears, so that it has no token. It is only written with its outcome.
   */
  static boolean isPlain(Mode mode, String step, int n) {
    return mode == Mode.VALUE && n > 0 && step.indexOf('/') < 0;
  }

  boolean isPlain() {
    return isPlain(mode, step, n);
  }

  /** What is called outside carries this. */
  Token name() {
    return new Token(token);
  }

  /** Whether it is an AT_MOST_ONCE whose call may be out. */
  boolean isCallOut() {
    return mode == Mode.AT_MOST_ONCE && st == EffectState.INTENT && boot > 0;
  }

  /** Whether nothing has happened to it since it was this. */
  boolean isStill(EffectRow was) {
    return st == was.st && boot == was.boot && tries == was.tries;
  }

  /**
   * This one with a call that may be out from now on; one that was, and was not seen to end,
   * counts.
   */
  EffectRow calling(long now) {
    var calls = isCallOut() ? tries + 1 : tries;
    return with(EffectState.INTENT, now, calls, Bytes.EMPTY, Bytes.EMPTY);
  }

  /** This one after a call, whatever it came to. */
  EffectRow called() {
    return with(st, boot, tries + 1, value, error);
  }

  /** This one after a call without an outcome. */
  EffectRow tried(EffectState state, long at, Bytes why) {
    return with(state, at, tries, Bytes.EMPTY, why);
  }

  /** This one in doubt, its resolver asked in this start. */
  EffectRow asked(long now) {
    var calls = st == EffectState.INTENT ? tries + 1 : tries; // that one's end nobody saw
    return with(EffectState.IN_DOUBT, now, calls, value, error);
  }

  /** This one with its value. */
  EffectRow ok(Bytes result) {
    return with(EffectState.OK, boot, tries, result, Bytes.EMPTY);
  }

  /** This one failed for good. */
  EffectRow failed(Bytes why) {
    return with(EffectState.FAILED, boot, tries, Bytes.EMPTY, why);
  }

  private EffectRow with(EffectState state, long at, int calls, Bytes result, Bytes why) {
    var sum = crc(result, why);
    return new EffectRow(
        step, occ, n, state, mode, input, token, at, calls, type, schema, sum, result, why);
  }

  /** Whether its content is what was written. */
  boolean isSound() {
    return crc == crc(value, error);
  }

  static int crc(Bytes value, Bytes error) {
    var sum = new CRC32C();
    value.into(sum);
    error.into(sum);
    return (int) sum.getValue();
  }
}

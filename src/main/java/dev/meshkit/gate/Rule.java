package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The one rule that decides, for nodes, the simulator, plans and explanations alike. Pure: the same
 * entry, support and subject give the same version everywhere.
 */
final class Rule {
  private static final MessageDigest UNUSED = unused();

  private Rule() {}

  /** What a decision follows from. */
  enum Because {
    /** Nothing was ever committed. */
    BASELINE,
    /** The run keeps what it began with. */
    PINNED,
    /** A pattern holds the subject back. */
    EXCLUDED,
    /** A pattern names the subject. */
    INCLUDED,
    /** Its bucket lies below the threshold. */
    REACHED,
    /** Its bucket does not. */
    NOT_REACHED
  }

  /**
   * What the entry says, whether or not this build can run it.
   *
   * @param version the version
   * @param because what it follows from
   * @param bucket the subject's; -1 where it was not asked for
   */
  record Said(int version, Because because, int bucket) {}

  /** What an entry says of a subject. */
  static Said of(Entry entry, Subject subject) {
    var rollout = entry.rollout();
    if (matches(rollout.exclude(), subject)) return new Said(entry.prior(), Because.EXCLUDED, -1);
    if (matches(rollout.include(), subject)) return new Said(entry.version(), Because.INCLUDED, -1);
    if (rollout.basisPoints() == Rollout.ALL) return new Said(entry.version(), Because.REACHED, -1);
    if (rollout.basisPoints() == 0) return new Said(entry.prior(), Because.NOT_REACHED, -1);
    var bucket = bucket(entry.change(), subject);
    return bucket < rollout.basisPoints()
        ? new Said(entry.version(), Because.REACHED, bucket)
        : new Said(entry.prior(), Because.NOT_REACHED, bucket);
  }

  /** The decision by a committed entry. */
  static Result<Decision> committed(Change change, Subject subject, Committed by) {
    change.check(subject);
    var entry = by.entry();
    var version = of(entry, subject).version();
    return within(
        change,
        subject,
        new Decision(version, Decision.Source.COMMITTED, entry.epoch(), by.record()));
  }

  /** The decision where there is no entry. */
  static Result<Decision> baseline(Change change, Subject subject) {
    change.check(subject);
    return Result.ok(new Decision(change.baseline(), Decision.Source.BASELINE, 0, RecordId.NONE));
  }

  /** The decision of a run that has begun, by the epoch it began in. */
  static Result<Decision> pinned(Change change, Subject subject, int version, long epoch) {
    return within(
        change, subject, new Decision(version, Decision.Source.PINNED, epoch, RecordId.NONE));
  }

  /** Never the nearest version: what this build cannot run is refused, and nothing else is. */
  private static Result<Decision> within(Change change, Subject subject, Decision decision) {
    return change.support().has(decision.version())
        ? Result.ok(decision)
        : Result.err(conflict(change, subject, decision));
  }

  private static MeshError conflict(Change change, Subject subject, Decision decision) {
    var version = decision.version();
    var support = change.support();
    var what =
        decision.source() == Decision.Source.PINNED
            ? "this run began under version " + version
            : "version " + version + " is committed";
    return MeshError.of(
            "error.version.conflict",
            "deciding " + change.name() + " for " + subject,
            what + ", and this build runs " + support,
            version > support.max()
                ? "upgrade this node to a build that runs version " + version
                : "run a build that still has version " + version + ", or roll the change forward",
            MeshError.Retry.NEVER)
        .with("change", change.name())
        .with("subject", subject.text())
        .with("version", Integer.toString(version))
        .with("min", Integer.toString(support.min()))
        .with("max", Integer.toString(support.max()))
        .with("epoch", Long.toString(decision.epoch()))
        .with("record", decision.record().toString());
  }

  /**
   * Where a subject stands from 0 to 9,999: the first 8 bytes of SHA-256(change ‖ 0x00 ‖ subject),
   * unsigned, modulo 10,000. Fixed by the format.
   */
  static int bucket(String change, Subject subject) {
    var sha = sha256();
    sha.update(change.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
    var digest = sha.digest(subject.text().getBytes(StandardCharsets.UTF_8));
    return (int) Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), Rollout.ALL);
  }

  /** The first 16 bytes of their SHA-256. */
  static Bytes name(byte[] bytes) {
    return Bytes.of(ByteBuffer.wrap(sha256().digest(bytes), 0, 16));
  }

  /** A copy of one that nobody has used costs a third of one that is looked up. */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) UNUSED.clone();
    } catch (CloneNotSupportedException of) {
      throw new IllegalStateException("SHA-256 of this platform has no copies", of);
    }
  }

  private static MessageDigest unused() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }

  private static boolean matches(List<String> patterns, Subject subject) {
    for (var pattern : patterns) if (matches(pattern, subject.text())) return true;
    return false;
  }

  /** Greedy, with one step back to the last star: no pattern costs more than its length × text. */
  private static boolean matches(String pattern, String text) {
    var p = 0;
    var star = -1;
    var resume = 0;
    for (var t = 0; t < text.length(); ) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') p++;
    return p == pattern.length();
  }
}

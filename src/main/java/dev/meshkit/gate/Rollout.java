package dev.meshkit.gate;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who runs an entry's version already, and what the others run. In the record it is the protobuf
 * message {@code Rollout}: prior = 1, basis_points = 2, include = 3, exclude = 4, frozen = 5.
 *
 * @param prior what those run whom it has not reached, at least 1
 * @param basisPoints of 10,000, how many it has reached, 0 to 10,000
 * @param include patterns of subjects that it has reached, at most 16; {@code *} stands for any
 *     characters
 * @param exclude patterns of subjects that stay behind, at most 16; they win over {@code include}
 * @param frozen whether nobody may move it on
 */
public record Rollout(
    int prior, int basisPoints, List<String> include, List<String> exclude, boolean frozen) {
  /** Everybody, in basis points. */
  public static final int ALL = 10_000;

  /** The most patterns of a kind. */
  public static final int MAX_PATTERNS = 16;

  /** The most bytes that a scope record takes: so many patterns of each kind, of 64 bytes each. */
  public static final int MAX_BYTES = 2_128;

  /** Copies and checks. */
  public Rollout {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    if (prior < 1) throw new IllegalArgumentException("a prior version is at least 1: " + prior);
    if (basisPoints < 0 || basisPoints > ALL)
      throw new IllegalArgumentException("want 0 to 10000 basis points, not " + basisPoints);
    if (include.size() > MAX_PATTERNS || exclude.size() > MAX_PATTERNS)
      throw new IllegalArgumentException("at most 16 patterns include, and 16 exclude");
    for (var pattern : include) check(pattern);
    for (var pattern : exclude) check(pattern);
  }

  private static void check(String pattern) {
    if (pattern.isEmpty() || pattern.chars().anyMatch(Character::isISOControl))
      throw new IllegalArgumentException("a pattern is text, and not empty: '" + pattern + "'");
  }

  /** Everybody. */
  public static Rollout complete(int prior) {
    return new Rollout(prior, ALL, List.of(), List.of(), false);
  }

  /** Whether it has reached everybody: nobody runs {@link #prior} by it. */
  public boolean isComplete() {
    return basisPoints == ALL && exclude.isEmpty();
  }

  /** This one, frozen or not. */
  Rollout frozen(boolean now) {
    return new Rollout(prior, basisPoints, include, exclude, now);
  }

  /** As it stands in a scope record; {@link #MAX_BYTES} is the record's bound, not this one's. */
  public Bytes bytes() {
    var bytes = new ByteArrayOutputStream();
    try {
      var out = CodedOutputStream.newInstance(bytes);
      out.writeUInt32(1, prior);
      if (basisPoints > 0) out.writeUInt32(2, basisPoints);
      for (var pattern : include) out.writeString(3, pattern);
      for (var pattern : exclude) out.writeString(4, pattern);
      if (frozen) out.writeBool(5, true);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Bytes.of(bytes.toByteArray());
  }

  /**
   * Reads one. No bytes at all say that everybody runs {@code version}. Fields of later builds are
   * left out. {@code error.payload.malformed} for anything else.
   */
  public static Result<Rollout> read(Bytes bytes, int version) {
    try {
      if (bytes.isEmpty()) return Result.ok(complete(version));
      return Result.ok(parse(CodedInputStream.newInstance(bytes.asBuffer())));
    } catch (IOException | IllegalArgumentException broken) {
      return Result.err(
          MeshError.of(
              "error.payload.malformed",
              "reading a rollout of " + bytes.size() + " B",
              String.valueOf(broken.getMessage()),
              "compare the builds of this node and of the scope's leader",
              MeshError.Retry.NEVER));
    }
  }

  private static Rollout parse(CodedInputStream in) throws IOException {
    var prior = 0;
    var basisPoints = 0;
    var include = new ArrayList<String>();
    var exclude = new ArrayList<String>();
    var frozen = false;
    for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> prior = in.readUInt32();
        case 2 -> basisPoints = in.readUInt32();
        case 3 -> include.add(in.readStringRequireUtf8());
        case 4 -> exclude.add(in.readStringRequireUtf8());
        case 5 -> frozen = in.readBool();
        default -> {
          if (!in.skipField(tag)) throw new IOException("a group that nobody began has ended");
        }
      }
    }
    return new Rollout(prior, basisPoints, include, exclude, frozen);
  }
}

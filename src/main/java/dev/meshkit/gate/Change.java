package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A behaviour with numbered versions, as this build knows it: {@code
 * Change.of("shop::tax").supports(1, 2).keyedBy(TENANT)}.
 *
 * <p>Being able is not doing: a build that supports version 2 changes nothing until version 2 is
 * committed. A name with {@code {region}} in it stands for one change in each region.
 *
 * @param name 1 to 64 bytes of {@code [A-Za-z0-9._:/-]}, the region put in
 * @param support what this build can run
 * @param baseline what it runs where nothing was ever committed
 * @param key whom its decisions are about
 */
public record Change(String name, Support support, int baseline, SubjectKey key) {
  /** The longest name, bytes: what a scope record takes. */
  public static final int MAX_BYTES = 64;

  private static final String REGION = "{region}";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]+");

  /** Checks name and versions. */
  public Change {
    var filled = name.replace(REGION, "r");
    if (!NAME.matcher(filled).matches() || Bytes.utf8(filled).size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "not the name of a change: '" + name + "'; want 1 to 64 of [A-Za-z0-9._:/-]");
    }
    if (!support.has(baseline)) {
      throw new IllegalArgumentException(
          "the baseline " + baseline + " of " + name + " is not within " + support);
    }
  }

  /** One with the single version 1. */
  public static Change of(String name) {
    return new Change(name, new Support(1, 1), 1, SubjectKey.NONE);
  }

  /** This one with other versions; the baseline becomes the lowest if it is none of them. */
  public Change supports(int min, int max) {
    var other = new Support(min, max);
    return new Change(name, other, other.has(baseline) ? baseline : min, key);
  }

  /** This one with another baseline. */
  public Change baseline(int version) {
    return new Change(name, support, version, key);
  }

  /** This one decided for each of these by itself. */
  public Change keyedBy(SubjectKey other) {
    return new Change(name, support, baseline, other);
  }

  /** Whether each region has its own. */
  public boolean isRegional() {
    return name.contains(REGION);
  }

  /**
   * The one of a region; itself if it has none of its own.
   *
   * @throws IllegalArgumentException if {@code region} is no name of one, or makes it too long
   */
  public Change in(String region) {
    if (!isRegional()) return this;
    if (!NodeId.isName(region)) throw new IllegalArgumentException("not a region: " + region);
    return new Change(name.replace(REGION, region), support, baseline, key);
  }

  /** The region whose own this is called; empty if {@code filled} is not this one in any. */
  public Optional<String> region(String filled) {
    var at = name.indexOf(REGION);
    if (at < 0 || !filled.startsWith(name.substring(0, at))) return Optional.empty();
    var end = filled.length() - (name.length() - at - REGION.length());
    if (end <= at || !NodeId.isName(filled.substring(at, end))) return Optional.empty();
    var region = filled.substring(at, end);
    return name.replace(REGION, region).equals(filled) ? Optional.of(region) : Optional.empty();
  }

  /** Refuses a subject of another kind than this change is decided by: a fault of the caller. */
  void check(Subject subject) {
    if (subject.key() != key) {
      throw new IllegalArgumentException(
          name + " is decided by " + key + ", not by " + subject.key() + " (" + subject + ")");
    }
  }
}

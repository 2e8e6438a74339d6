package dev.meshkit.config;

import java.util.regex.Pattern;

/**
 * Which versions of the transport a region permits: 1 is the legacy TLS socket, 2 is HTTP/3 with
 * HTTP/2 as its fallback. As text {@code eu=2}, {@code eu=1-2} or {@code eu=1-2@1}.
 *
 * @param region whose it is
 * @param min the lowest version that is served, 1 or 2
 * @param max the highest, at least {@code min}
 * @param version the one that is used with every region that permits it too, between both; where a
 *     text does not say, {@code max}
 */
public record VersionWindow(String region, int min, int max, int version) {
  private static final Pattern TEXT = Pattern.compile("([^=]*)=([12])(?:-([12]))?(?:@([12]))?");

  /** Reads the text. */
  public static VersionWindow parse(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "want region=min-max or region=min-max@version of versions 1 and 2, such as"
              + " \"eu=1-2@1\", not \""
              + text
              + '"');
    }
    var min = Integer.parseInt(parts.group(2));
    var max = parts.group(3) == null ? min : Integer.parseInt(parts.group(3));
    var version = parts.group(4) == null ? max : Integer.parseInt(parts.group(4));
    return new VersionWindow(parts.group(1), min, max, version);
  }

  /** Whether this version is permitted. */
  public boolean holds(int version) {
    return version >= min && version <= max;
  }

  /** The text. */
  @Override
  public String toString() {
    return region
        + '='
        + (min == max ? String.valueOf(min) : min + "-" + max)
        + (version == max ? "" : "@" + version);
  }
}

package dev.meshkit.api;

/**
 * What somebody leads: {@code global}, or {@code region/<name>}.
 *
 * @param text the scope's name as it stands in certificates, tables and output
 */
public record Scope(String text) implements Comparable<Scope> {
  private static final String REGION = "region/";

  /** The whole mesh. */
  public static final Scope GLOBAL = new Scope("global");

  /** Checks the form. */
  public Scope {
    var regional = text.startsWith(REGION) && NodeId.isName(text.substring(REGION.length()));
    if (!regional && !text.equals("global")) {
      throw new IllegalArgumentException(
          "not a scope: '" + text + "'; want global or region/<name>");
    }
  }

  /** The scope of one region. */
  public static Scope region(String name) {
    return new Scope(REGION + name);
  }

  /** Reads {@code global} or {@code region/<name>}. */
  public static Scope parse(String text) {
    return new Scope(text);
  }

  @Override
  public int compareTo(Scope other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}

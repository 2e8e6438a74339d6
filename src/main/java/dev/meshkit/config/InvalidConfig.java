package dev.meshkit.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A configuration that cannot be: everything that is wrong with it, at once, as its message.
 *
 * <p>Nothing has been started or written when it is thrown. Its code as an API error is {@code
 * error.validation}.
 */
public final class InvalidConfig extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient List<Violation> violations;

  /**
   * One thing that is wrong.
   *
   * @param code the page of {@code meshkit explain}, {@code MK-CFG-nnn}
   * @param key the key in question, {@code section.key}; empty for a file as a whole
   * @param text what is wrong and what would be right
   * @param origin who said so; {@link Origin#DEFAULT} for a record made in code
   */
  public record Violation(String code, String key, String text, Origin origin) {
    private static final Pattern MEANT = Pattern.compile("did you mean (`[^`]+`)\\?");

    /** What mends it. */
    public String fix() {
      var meant = MEANT.matcher(text);
      if (meant.find()) return "write " + meant.group(1);
      return switch (code) {
        case "MK-CFG-001", "MK-CFG-002" ->
            "take it out, or look it up in packaging/etc/meshkit.toml, which has every key";
        case "MK-CFG-004" -> "mend the file at that place: texts and durations are in quotes";
        case "MK-CFG-008" -> "name a file that this user may read: --config, or $MESHKIT_CONFIG";
        default ->
            "give it a value as the error says; packaging/etc/meshkit.toml has every key's default";
      };
    }

    /** {@code file:14:1: error MK-CFG-001: text}, the source line and a caret. */
    @Override
    public String toString() {
      var place = origin.equals(Origin.DEFAULT) ? "" : origin.place() + ": ";
      var excerpt = origin.excerpt().isEmpty() ? "" : "\n" + origin.excerpt();
      return place + "error " + code + ": " + text + excerpt;
    }
  }

  /** These violations, at least one. */
  public InvalidConfig(List<Violation> violations) {
    super(violations.stream().map(Violation::toString).collect(Collectors.joining("\n")));
    this.violations = List.copyOf(violations);
  }

  /** Why nothing was started, in a sentence. */
  public String why() {
    var count = violations.size() == 1 ? "a mistake" : violations.size() + " mistakes";
    return count + " in the configuration: nothing was started, and nothing on disk was changed";
  }

  /** What mends all of it, in the order it was found. */
  public String fix() {
    return violations.stream().map(Violation::fix).distinct().collect(Collectors.joining("; "));
  }

  /** All that is wrong, in the order it was found. */
  public List<Violation> violations() {
    return violations;
  }
}

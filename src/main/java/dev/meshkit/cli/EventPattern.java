package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.control.EventTypes;
import java.util.regex.Pattern;

/** What {@code events --type} takes: one type, or a pattern with {@code *} that fits some. */
final class EventPattern {
  private static final Pattern FORM = Pattern.compile("[a-z_.*]{1,64}");

  private EventPattern() {}

  /** The pattern, if any event could ever match it; empty is every type. */
  static String checked(String type) {
    if (type.isEmpty() || isKnown(type)) return type;
    if (!FORM.matcher(type).matches()) {
      throw refused(
          "'" + type + "' is no type of event: small letters and dots, and * for anything",
          "write one such as --type leader.lost or --type 'member.*'");
    }
    var near = Nearest.to(type, EventTypes.ALL);
    throw refused(
        "no event is of type '" + type + "'",
        near.map(known -> "did you mean " + known + "? ").orElse("")
            + "there are "
            + String.join(", ", EventTypes.ALL));
  }

  private static boolean isKnown(String type) {
    var wanted = Pattern.compile(Pattern.quote(type).replace("*", "\\E.*\\Q"));
    return EventTypes.ALL.stream().anyMatch(known -> wanted.matcher(known).matches());
  }

  private static MeshException refused(String why, String fix) {
    return new MeshException(MeshError.validation("meshkit events --type", why, fix));
  }
}

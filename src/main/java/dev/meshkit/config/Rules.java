package dev.meshkit.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checks the components of one section and reports every broken rule together. */
final class Rules {
  private final String section;
  private final List<InvalidConfig.Violation> broken = new ArrayList<>();

  private Rules(String section) {
    this.section = section;
  }

  static Rules of(String section) {
    return new Rules(section);
  }

  Rules require(String key, boolean holds, String otherwise) {
    return holds ? this : broke("MK-CFG-006", key, otherwise);
  }

  Rules range(String key, long value, long least, long most) {
    if (value >= least && value <= most) return this;
    return broke("MK-CFG-006", key, "must be " + least + " to " + most + ", not " + value);
  }

  Rules bytes(String key, long value, long least, long most) {
    if (value >= least && value <= most) return this;
    return broke(
        "MK-CFG-006",
        key,
        "must be %s to %s, not %s"
            .formatted(Units.size(least), Units.size(most), Units.size(value)));
  }

  Rules range(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) return this;
    return broke(
        "MK-CFG-006",
        key,
        "must be %s to %s, not %s"
            .formatted(Units.duration(least), Units.duration(most), Units.duration(value)));
  }

  Rules atLeast(String key, Duration value, String other, Duration least) {
    if (value.compareTo(least) >= 0) return this;
    return relation(key, Units.duration(value), other, Units.duration(least));
  }

  Rules atLeast(String key, long value, String other, long least) {
    if (value >= least) return this;
    return relation(key, Long.toString(value), other, Long.toString(least));
  }

  /** These rules and those. */
  Rules and(Rules others) {
    broken.addAll(others.broken);
    return this;
  }

  /** Throws {@link InvalidConfig} with every rule broken so far, if any was. */
  void check() {
    if (!broken.isEmpty()) throw new InvalidConfig(broken);
  }

  private Rules relation(String key, String value, String other, String least) {
    return broke(
        "MK-CFG-007",
        key,
        "(%s) must be at least %s.%s (%s)".formatted(value, section, other, least));
  }

  private Rules broke(String code, String key, String rule) {
    var name = section + "." + key;
    broken.add(new InvalidConfig.Violation(code, name, "`" + name + "` " + rule, Origin.DEFAULT));
    return this;
  }
}

package dev.meshkit.observe;

import java.util.Comparator;
import java.util.Set;
import java.util.regex.Pattern;
import jdk.jfr.SettingControl;

/** A JFR setting that is a time, {@code 100 ms}; of several recordings the shortest wins. */
public final class AtLeast extends SettingControl {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9}) ?(ms|s)");

  private volatile String text = "0 ms";
  private volatile long millis;

  /** JFR makes one for each event that has such a setting. */
  public AtLeast() {}

  /** Whether {@code lengthMillis} is as long as the setting wants. */
  public boolean isMet(long lengthMillis) {
    return lengthMillis >= millis;
  }

  @Override
  public String combine(Set<String> values) {
    return values.stream().min(Comparator.comparingLong(AtLeast::millis)).orElse("0 ms");
  }

  @Override
  public void setValue(String value) {
    millis = millis(value);
    text = value;
  }

  @Override
  public String getValue() {
    return text;
  }

  /** What is no time leaves nothing out: a recording too long is better than one too short. */
  private static long millis(String value) {
    var parts = TIME.matcher(value.strip());
    if (!parts.matches()) return 0;
    return Long.parseLong(parts.group(1)) * (parts.group(2).equals("s") ? 1_000 : 1);
  }
}

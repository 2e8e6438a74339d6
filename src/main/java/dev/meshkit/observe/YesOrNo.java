package dev.meshkit.observe;

import java.util.Set;
import jdk.jfr.SettingControl;

/** A JFR setting that is true or false; any recording that says true wins. */
public final class YesOrNo extends SettingControl {
  private volatile boolean yes = true;

  /** JFR makes one for each event that has such a setting. */
  public YesOrNo() {}

  /** The setting now. */
  public boolean yes() {
    return yes;
  }

  @Override
  public String combine(Set<String> values) {
    return values.contains("true") ? "true" : "false";
  }

  @Override
  public void setValue(String value) {
    yes = Boolean.parseBoolean(value);
  }

  @Override
  public String getValue() {
    return Boolean.toString(yes);
  }
}

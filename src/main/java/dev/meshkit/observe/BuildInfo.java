package dev.meshkit.observe;

import java.io.IOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param version of MeshKit
 * @param commit it was built from, abbreviated; {@code unknown} outside a checkout
 * @param jdk the version of the running JDK
 */
public record BuildInfo(String version, String commit, String jdk) {
  private static final String RESOURCE = "build.properties";

  /** The running build, as its jar says. */
  public static BuildInfo current() {
    var facts = new Properties();
    try (var in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
      if (in == null) throw new IllegalStateException("the jar lacks " + RESOURCE);
      facts.load(in);
    } catch (IOException broken) {
      throw new IllegalStateException("cannot read " + RESOURCE, broken);
    }
    return new BuildInfo(
        facts.getProperty("version"),
        facts.getProperty("commit"),
        System.getProperty("java.version"));
  }
}

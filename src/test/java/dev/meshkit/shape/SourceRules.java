package dev.meshkit.shape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What can be seen in source files alone. */
public final class SourceRules {
  private static final int MOST_LINES = 400;
  private static final Pattern EXPORTS = Pattern.compile("exports\\s+([\\w.]+)[^;]*;");
  private static final Set<String> EXPORTED =
      Set.of(
          "dev.meshkit",
          "dev.meshkit.api",
          "dev.meshkit.config",
          "dev.meshkit.gate",
          "dev.meshkit.grpc",
          "dev.meshkit.pipeline",
          "dev.meshkit.queue");

  private SourceRules() {}

  /** Files over the hard stop. */
  public static List<String> longFiles(Path... roots) throws IOException {
    var broken = new ArrayList<String>();
    for (var file : sources(roots)) {
      try (var lines = Files.lines(file)) {
        var count = lines.count();
        if (count > MOST_LINES) broken.add(file + " has " + count + " lines");
      }
    }
    return broken;
  }

  /**
   * Packages without a {@code package-info}, or whose own says too little or is not null-marked.
   */
  public static List<String> packagesWithoutInfo(Path main, Path test) throws IOException {
    var broken = new ArrayList<String>();
    for (var directory : directories(main, test)) {
      var inMain = main.resolve(directory).resolve("package-info.java");
      var inTest = test.resolve(directory).resolve("package-info.java");
      var info = Files.exists(inMain) ? inMain : inTest;
      if (!Files.exists(info)) broken.add(directory + " has no package-info");
      else if (!isWhole(Files.readString(info)))
        broken.add(info + " lacks @NullMarked or a comment");
    }
    return broken;
  }

  /** What {@code module-info} exports beyond the table. */
  public static List<String> exportsBeyondTheTable(String moduleInfo) {
    return EXPORTS
        .matcher(moduleInfo)
        .results()
        .map(found -> found.group(1))
        .filter(name -> !EXPORTED.contains(name))
        .map(name -> "module-info exports " + name)
        .toList();
  }

  private static boolean isWhole(String info) {
    return info.contains("@NullMarked") && info.contains("/**");
  }

  private static Set<Path> directories(Path... roots) throws IOException {
    var all = new TreeSet<Path>();
    for (var root : roots) {
      for (var file : sources(root)) {
        var directory = root.relativize(file).getParent();
        var isTest = file.getFileName().toString().endsWith("Test.java");
        if (directory != null && !isTest) all.add(directory);
      }
    }
    return all;
  }

  private static List<Path> sources(Path... roots) throws IOException {
    var all = new ArrayList<Path>();
    for (var root : roots) {
      try (var files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(all::add);
      }
    }
    return all;
  }
}

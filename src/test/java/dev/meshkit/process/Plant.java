package dev.meshkit.process;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import javax.tools.ToolProvider;

/**
 * One exact text of one source, replaced, for a process under test alone: so it asks {@link
 * KillPoint} where nothing that is built asks anything.
 *
 * @param file below the package of the project, such as {@code link/Run.java}
 * @param text must occur exactly once
 * @param replacement what stands there instead
 */
public record Plant(String file, String text, String replacement) {
  private static final Path SOURCES = Path.of("src/main/java/dev/meshkit");

  /**
   * Compiles copies of the sources that these are in, all planted: what {@link Jvm#planted} puts
   * before everything else. Of two in one file the later sees the earlier. Throws if a text is not
   * there exactly once.
   */
  public static void compile(List<Plant> plants, Path classes) throws IOException {
    SequencedMap<String, String> planted = new LinkedHashMap<>();
    for (var plant : plants) {
      var before = planted.get(plant.file());
      if (before == null) before = Files.readString(SOURCES.resolve(plant.file()));
      planted.put(plant.file(), plant.in(before));
    }
    var copies = new ArrayList<Path>();
    for (var source : planted.entrySet()) {
      var copy = classes.resolveSibling("planted").resolve(source.getKey());
      Files.createDirectories(copy.getParent());
      copies.add(Files.writeString(copy, source.getValue()));
    }
    javac(copies, Files.createDirectories(classes));
  }

  private static void javac(List<Path> sources, Path classes) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var on = System.getProperty("java.class.path");
    var options =
        List.of("-proc:none", "-nowarn", "-Xlint:none", "-cp", on, "-d", classes.toString());
    var said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      if (!compiler.getTask(said, files, null, options, null, units).call())
        throw new IllegalStateException("planted, it does not compile:\n" + said);
    }
  }

  /** That source, with this in it. */
  String in(String source) {
    var at = source.indexOf(text);
    if (at < 0 || source.indexOf(text, at + 1) >= 0) {
      var number = at < 0 ? "no" : "more than one";
      throw new IllegalStateException(
          "STALE PLANT: " + file + " has " + number + " '" + text + "'");
    }
    return source.substring(0, at) + replacement + source.substring(at + text.length());
  }
}

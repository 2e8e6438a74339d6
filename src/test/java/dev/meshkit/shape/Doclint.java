package dev.meshkit.shape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * The compiler's doclint over a source tree.
 *
 * <p>What is wrong is an error whatever its access; what is missing, only where others can see it.
 * Parameters and results need no tag of their own where the sentence says it all (STYLE.md, rule
 * 14).
 */
public final class Doclint {
  private static final String GROUPS =
      "-Xdoclint:syntax/private,html/private,reference/private,accessibility/private,missing/protected";
  private static final Pattern TAG_MISSING =
      Pattern.compile("no @(param|return|throws)\\b.*|use of default constructor.*");

  private Doclint() {}

  /** What is wrong below {@code sources}, a line each; class files go to {@code scratch}. */
  public static List<String> of(Path sources, Path scratch) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var found = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(found, Locale.ROOT, null)) {
      var flags = new ArrayList<>(List.of("--release", "25", "--enable-preview", "-proc:none"));
      flags.addAll(List.of("-Xlint:none", GROUPS, "-Xmaxwarns", "100000", "-Xmaxerrs", "100000"));
      flags.addAll(List.of("-cp", System.getProperty("java.class.path"), "-d", scratch.toString()));
      var units = files.getJavaFileObjectsFromPaths(javaFiles(sources));
      compiler.getTask(null, files, found, flags, null, units).call();
    }
    return found.getDiagnostics().stream()
        .filter(one -> one.getKind() != Diagnostic.Kind.NOTE)
        .filter(one -> !TAG_MISSING.matcher(text(one)).matches())
        .map(one -> place(one) + text(one))
        .toList();
  }

  private static List<Path> javaFiles(Path sources) throws IOException {
    try (var files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("module-info.java"))
          .toList();
    }
  }

  private static String text(Diagnostic<? extends JavaFileObject> one) {
    return one.getMessage(Locale.ROOT).lines().findFirst().orElse("");
  }

  private static String place(Diagnostic<? extends JavaFileObject> one) {
    var source = one.getSource();
    if (source == null) return "";
    var file = Path.of(source.getName());
    var end = file.subpath(file.getNameCount() - 2, file.getNameCount());
    return end + ":" + one.getLineNumber() + ": ";
  }
}

package dev.meshkit.shape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles a few lines on purpose, so that a test sees a rule catch them. */
public final class Planted {
  private Planted() {}

  /** The classes of {@code source}, whose first type is {@code className}. */
  public static List<Compiled> compile(
      Path directory, String className, String source, String... flags) throws IOException {
    var file = directory.resolve("src").resolve(className.replace('.', '/') + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "package " + Compiled.packageOf(className) + ";\n" + source);
    var out = Files.createDirectories(directory.resolve("classes"));
    var arguments = new ArrayList<>(List.of(flags));
    arguments.addAll(
        List.of(
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            out.toString(),
            file.toString()));
    var exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (exit != 0) throw new IllegalArgumentException("does not compile: " + source);
    return Compiled.below(out);
  }
}

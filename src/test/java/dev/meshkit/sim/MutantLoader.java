package dev.meshkit.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles one core with a bug in it, in memory, and loads it beside a simulator of its own: every
 * class of {@code dev.meshkit} but the api is loaded again, so that the two never meet.
 */
final class MutantLoader extends ClassLoader {
  private static final String OURS = "dev.meshkit.";
  private static final String SHARED = "dev.meshkit.api.";

  private final Map<String, byte[]> compiled;

  MutantLoader(Mutant mutant) {
    this(List.of(mutant));
  }

  /** With several bugs, perhaps one of the simulator itself among them. */
  MutantLoader(List<Mutant> mutants) {
    super(MutantLoader.class.getClassLoader());
    compiled = compile(mutants);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.startsWith(SHARED)) return super.loadClass(name, resolve);
    synchronized (getClassLoadingLock(name)) {
      var known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    var bytes = compiled.get(name);
    if (bytes != null) return defineClass(name, bytes, 0, bytes.length);
    try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) throw new ClassNotFoundException(name);
      var original = in.readAllBytes();
      return defineClass(name, original, 0, original.length);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static Map<String, byte[]> compile(List<Mutant> mutants) {
    var classes = new TreeMap<String, ByteArrayOutputStream>();
    var javac = ToolProvider.getSystemJavaCompiler();
    try (var files = new InMemory(javac.getStandardFileManager(null, null, null), classes)) {
      var options =
          List.of(
              "-proc:none", "-nowarn", "-Xlint:none", "-cp", System.getProperty("java.class.path"));
      var errors = new java.io.StringWriter();
      var sources = new ArrayList<JavaFileObject>();
      for (var mutant : mutants) sources.add(source(mutant));
      if (!javac.getTask(errors, files, null, options, null, sources).call())
        throw new IllegalStateException("mutant '" + mutants + "' does not compile:\n" + errors);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    var bytes = new TreeMap<String, byte[]>();
    classes.forEach((name, stream) -> bytes.put(name, stream.toByteArray()));
    return bytes;
  }

  /** One file; what else its package has is on the class path. */
  private static JavaFileObject source(Mutant mutant) throws IOException {
    return new Source(mutant.file(), mutant.plant(Files.readString(mutant.path())));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemory(StandardJavaFileManager files, Map<String, ByteArrayOutputStream> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String name,
        JavaFileObject.Kind kind,
        javax.tools.FileObject sibling) {
      var bytes = classes.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }
  }
}

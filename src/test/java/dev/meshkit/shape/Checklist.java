package dev.meshkit.shape;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/**
 * The numbered lines of a design's checklist, and which of them tests name. A line counts as named
 * where it stands in the words of a test that {@code make test} runs: the javadoc, a comment or the
 * display name of a test method, or the javadoc of its class. A contract's tests run where a class
 * that runs implements it.
 *
 * @param letter of the design: Q is the queue's
 * @param last the number of its last line
 * @param tests the directory of the tests' packages
 */
public record Checklist(char letter, int last, Path tests) {
  private static final Pattern COMMENT = Pattern.compile("//.*");
  private static final Set<String> MARKS =
      Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory");

  /** Of this project's own tests. */
  public Checklist(char letter, int last) {
    this(letter, last, Path.of("src/test/java/dev/meshkit"));
  }

  /**
   * A class or interface of a test's source.
   *
   * @param name its simple name
   * @param above what it extends or implements
   * @param concrete whether an object of it can be made
   * @param words of itself, and of each test method
   */
  private record Type(String name, Set<String> above, boolean concrete, List<String> words) {
    boolean hasTests() {
      return words.size() > 1;
    }
  }

  /** Lines of this list that are cited somewhere in the tests, and that there are not. */
  public List<String> beyond() throws IOException {
    var wrong = new TreeSet<String>();
    try (var files = Files.walk(tests)) {
      for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        cited(Files.readString(file))
            .filter(line -> line < 1 || line > last)
            .forEach(line -> wrong.add(letter + "" + line + " in " + file.getFileName()));
      }
    }
    return List.copyOf(wrong);
  }

  /** Those of {@code lines} that no test of these packages names. */
  public List<String> missing(IntStream lines, String... packages) throws IOException {
    var named = named(packages);
    return lines
        .filter(line -> !named.contains(line))
        .mapToObj(line -> letter + "" + line)
        .toList();
  }

  private Set<Integer> named(String... packages) throws IOException {
    var all = new ArrayList<Map<String, Type>>();
    for (var one : packages) all.add(types(sources(one)));
    var named = new TreeSet<Integer>();
    for (var own : all) {
      var known = new TreeMap<String, Type>();
      all.forEach(known::putAll);
      known.putAll(own); // of two that are called alike a package means its own
      for (var type : own.values()) {
        if (!type.concrete() || !type.name().endsWith("Test")) continue; // surefire's pattern
        var parts = withAbove(type, known);
        if (parts.stream().anyMatch(Type::hasTests))
          parts.forEach(part -> part.words().forEach(words -> cited(words).forEach(named::add)));
      }
    }
    return named;
  }

  /** A type and those whose tests it inherits. */
  private static Collection<Type> withAbove(Type type, Map<String, Type> types) {
    var all = new ArrayList<Type>(List.of(type));
    for (var i = 0; i < all.size(); i++) {
      for (var name : all.get(i).above()) {
        var above = types.get(name);
        if (above != null && !all.contains(above)) all.add(above);
      }
    }
    return all;
  }

  private List<Path> sources(String packageName) throws IOException {
    try (var files = Files.list(tests.resolve(packageName))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static Map<String, Type> types(List<Path> sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var types = new TreeMap<String, Type>();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var flags = List.of("--release", "25", "--enable-preview");
      var units = manager.getJavaFileObjectsFromPaths(sources);
      var task = (JavacTask) compiler.getTask(null, manager, null, flags, null, units);
      var trees = Trees.instance(task);
      for (var unit : task.parse()) {
        for (var tree : unit.getTypeDecls()) {
          if (tree instanceof ClassTree type)
            types.put(type.getSimpleName().toString(), type(trees, unit, type));
        }
      }
    }
    return types;
  }

  private static Type type(Trees trees, CompilationUnitTree unit, ClassTree tree)
      throws IOException {
    var path = new TreePath(new TreePath(unit), tree);
    var words = new ArrayList<>(List.of(doc(trees, path)));
    for (var member : tree.getMembers()) {
      if (member instanceof MethodTree method && isTest(method))
        words.add(doc(trees, new TreePath(path, method)) + comments(trees, unit, method));
    }
    var above = new TreeSet<String>();
    if (tree.getExtendsClause() != null) above.add(simple(tree.getExtendsClause()));
    tree.getImplementsClause().forEach(one -> above.add(simple(one)));
    var concrete =
        tree.getKind() == Tree.Kind.CLASS
            && !tree.getModifiers().getFlags().contains(Modifier.ABSTRACT);
    return new Type(tree.getSimpleName().toString(), above, concrete, words);
  }

  private static boolean isTest(MethodTree method) {
    return method.getModifiers().getAnnotations().stream()
        .anyMatch(mark -> MARKS.contains(simple(mark.getAnnotationType())));
  }

  /** What stands above it; javadoc alone. */
  private static String doc(Trees trees, TreePath path) {
    var doc = trees.getDocComment(path);
    return doc == null ? "" : doc;
  }

  /** Its display name, and the comments within it. */
  private static String comments(Trees trees, CompilationUnitTree unit, MethodTree method)
      throws IOException {
    var name =
        method.getModifiers().getAnnotations().stream()
            .filter(mark -> simple(mark.getAnnotationType()).equals("DisplayName"))
            .map(AnnotationTree::toString);
    var at = trees.getSourcePositions();
    var source = unit.getSourceFile().getCharContent(true);
    var text =
        source.subSequence(
            (int) at.getStartPosition(unit, method), (int) at.getEndPosition(unit, method));
    var within = COMMENT.matcher(text).results().map(found -> found.group());
    return String.join("\n", Stream.concat(name, within).toList());
  }

  private static String simple(Tree name) {
    var text = name.toString();
    return text.substring(text.lastIndexOf('.') + 1);
  }

  /** Each line that a text names; {@code Q3–Q5} names three. */
  private Stream<Integer> cited(CharSequence text) {
    var line = letter + "(\\d{1,3})";
    return Pattern.compile("\\b" + line + "(?:[–-]" + line + ")?\\b")
        .matcher(text)
        .results()
        .flatMap(
            found -> {
              var from = Integer.parseInt(found.group(1));
              var to = found.group(2) == null ? from : Integer.parseInt(found.group(2));
              return IntStream.rangeClosed(from, to).boxed();
            });
  }
}

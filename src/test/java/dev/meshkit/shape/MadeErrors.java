package dev.meshkit.shape;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** Where sources make errors, and which codes they name, read out of their syntax trees. */
public final class MadeErrors extends TreeScanner<Void, CompilationUnitTree> {
  private static final Pattern CODE = Pattern.compile("error(\\.[a-z_]+)+");

  /**
   * One call that makes an error.
   *
   * @param place the file
   * @param code what stands there for the code: a quoted literal, or an expression
   * @param retry likewise for the retry; empty where the maker says it itself
   * @param texts likewise for tried, why and fix
   */
  public record Made(String place, String code, String retry, List<String> texts) {}

  private final List<Made> made = new ArrayList<>();
  private final Set<String> named = new TreeSet<>();

  private MadeErrors() {}

  /** All of them below a directory. */
  public static MadeErrors below(Path directory) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var found = new MadeErrors();
    try (var files = Files.walk(directory);
        var manager = compiler.getStandardFileManager(null, null, null)) {
      var sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      var flags = List.of("--release", "25", "--enable-preview");
      var units = manager.getJavaFileObjectsFromPaths(sources);
      var task = (JavacTask) compiler.getTask(null, manager, null, flags, null, units);
      for (var unit : task.parse()) found.scan(unit, unit);
    }
    return found;
  }

  /** The calls. */
  public List<Made> made() {
    return List.copyOf(made);
  }

  /** Every literal that is a code. */
  public Set<String> named() {
    return Set.copyOf(named);
  }

  @Override
  public Void visitLiteral(LiteralTree literal, CompilationUnitTree unit) {
    if (literal.getValue() instanceof String text && CODE.matcher(text).matches()) named.add(text);
    return super.visitLiteral(literal, unit);
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree call, CompilationUnitTree unit) {
    if (call.getMethodSelect() instanceof MemberSelectTree select
        && select.getExpression().toString().equals("MeshError")) {
      switch (select.getIdentifier().toString()) {
        case "of" -> add(unit, call.getArguments());
        case "validation" -> add(unit, "\"error.validation\"", call.getArguments());
        case "unavailable" -> add(unit, "\"error.unavailable\"", call.getArguments());
        default -> {
          // makes none
        }
      }
    }
    return super.visitMethodInvocation(call, unit);
  }

  @Override
  public Void visitNewClass(NewClassTree call, CompilationUnitTree unit) {
    if (call.getIdentifier().toString().equals("MeshError.Fault")) add(unit, call.getArguments());
    return super.visitNewClass(call, unit);
  }

  private void add(CompilationUnitTree unit, List<? extends ExpressionTree> arguments) {
    var texts = arguments.subList(1, 4).stream().map(Object::toString).toList();
    var retry = arguments.get(4).toString();
    made.add(new Made(place(unit), arguments.getFirst().toString(), retry, texts));
  }

  private void add(
      CompilationUnitTree unit, String code, List<? extends ExpressionTree> arguments) {
    made.add(new Made(place(unit), code, "", arguments.stream().map(Object::toString).toList()));
  }

  private static String place(CompilationUnitTree unit) {
    return Path.of(unit.getSourceFile().getName()).getFileName().toString();
  }
}

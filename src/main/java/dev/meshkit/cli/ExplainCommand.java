package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.Errors;
import dev.meshkit.control.proto.Explanation;
import dev.meshkit.control.proto.ExplanationList;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an {@code MK-…} code means and what mends it; asks nobody. */
@Command(
    name = "explain",
    description = "Explain an error's code: what, why, and how to mend it. Asks no node.",
    footer = {"", "Examples:", "  meshkit explain MK-NET-003", "  meshkit explain --list"})
final class ExplainCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "CODE", arity = "0..1", description = "As errors show it: MK-NET-003.")
  private @Nullable String code;

  @Option(names = "--list", description = "All codes, a line each.")
  private boolean list;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json, or jsonl.")
  private Output output = Output.table;

  /** A verb that prints to {@code console}. */
  ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var wanted = code;
    if (list == (wanted != null))
      throw new ParameterException(spec.commandLine(), "want one code, or --list");
    var pages = ErrorPage.all();
    if (wanted == null) printAll(pages);
    else print(find(pages, wanted.toUpperCase(Locale.ROOT)));
    return ExitCode.DONE.status();
  }

  private static ErrorPage find(SortedMap<String, ErrorPage> pages, String code) {
    var page = pages.get(code);
    if (page != null) return page;
    var fix =
        Nearest.to(code, pages.keySet())
            .map(near -> "did you mean " + near + "? meshkit explain --list has all")
            .orElse("meshkit explain --list has all");
    throw new MeshException(
        MeshError.of(
                "error.not_found",
                "explaining " + code,
                "there is no such code in this version",
                fix,
                MeshError.Retry.NEVER)
            .with(Errors.MK, "MK-CLI-008"));
  }

  private void print(ErrorPage page) {
    if (output == Output.table) {
      console.out().println(page.code() + " " + page.title());
      page.lines().forEach((word, text) -> console.out().println("%-6s %s".formatted(word, text)));
    } else {
      var message = message(page).setApiVersion(Envelope.API_VERSION).setKind("Explanation");
      console.out().println(output == Output.json ? Json.pretty(message) : Json.line(message));
    }
  }

  private void printAll(SortedMap<String, ErrorPage> pages) {
    if (output == Output.table) {
      var table = Table.of("CODE", "MEANS", "RETRY");
      for (var page : pages.values()) table.row(page.code(), page.title(), page.line("retry"));
      console.out().print(table);
      return;
    }
    var all =
        ExplanationList.newBuilder().setApiVersion(Envelope.API_VERSION).setKind("ExplanationList");
    for (var page : pages.values()) all.addItems(message(page));
    if (output == Output.json) console.out().println(Json.pretty(all));
    else Json.lines(all.build(), console.out());
  }

  private static Explanation.Builder message(ErrorPage page) {
    return Explanation.newBuilder()
        .setCode(page.code())
        .setTitle(page.title())
        .addAllErrors(page.errors())
        .setRetry(page.line("retry"))
        .setWhat(page.line("what"))
        .setWhy(page.line("why"))
        .setFix(page.line("fix"))
        .setSee(page.line("see"));
  }
}

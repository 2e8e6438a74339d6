package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.config.InvalidConfig;
import dev.meshkit.control.Errors;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Every way a command can fail, as three lines and an exit status. */
final class Failures {
  private final Console console;
  private final boolean json;

  /** Prints to {@code console}, as JSON if the arguments asked for that. */
  Failures(Console console, String... args) {
    this.console = console;
    this.json = wantsJson(List.of(args));
  }

  /** What a verb threw. */
  int failed(Exception thrown) {
    return switch (thrown) {
      case MeshException failure -> print(failure.error());
      case InvalidConfig invalid -> invalid(invalid);
      case InterruptedException _ -> print(interrupted());
      default -> print(fault(thrown));
    };
  }

  /** Arguments that make no sense. */
  int misused(ParameterException misuse) {
    var verb = misuse.getCommandLine();
    var name = verb.getCommandSpec().qualifiedName();
    var fix = suggestion(misuse).orElse("see " + name + " --help");
    return print(MeshError.validation(name, why(misuse), fix).with(Errors.MK, "MK-CLI-001"));
  }

  private static String why(ParameterException misuse) {
    if (!(misuse instanceof UnmatchedArgumentException unmatched))
      return String.valueOf(misuse.getMessage());
    var word = unmatched.getUnmatched().getFirst();
    var verbs = misuse.getCommandLine().getSubcommands();
    if (word.startsWith("-")) {
      var option = "there is no option " + word.split("=", 2)[0];
      return verbs.isEmpty()
          ? option
          : option + " before a verb: " + String.join(", ", verbs.keySet());
    }
    return verbs.isEmpty() ? "it takes no '" + word + "'" : "there is no verb '" + word + "'";
  }

  /** Prints an error and gives its exit status. */
  int print(MeshError error) {
    var exit = ExitCode.of(error).status();
    var message = Errors.message(error).toBuilder().setExit(exit).build();
    if (json) {
      console.err().println(Json.line(message));
      return exit;
    }
    console.err().println("error " + message.getCode() + " " + Text.safe(message.getWhat()));
    console.err().println("why   " + Text.safe(message.getWhy()));
    console.err().println("fix   " + Text.safe(message.getFix()));
    return exit;
  }

  /** Configuration errors are all shown at once, each with its place. */
  private int invalid(InvalidConfig invalid) {
    var first = invalid.violations().getFirst();
    if (json) {
      return print(
          MeshError.validation(
                  "reading the configuration", invalid.getMessage() + "", invalid.fix())
              .with(Errors.MK, first.code()));
    }
    console.err().println(invalid.getMessage());
    console.err().println("why   " + invalid.why());
    console.err().println("fix   " + Text.safe(invalid.fix()));
    return ExitCode.USAGE.status();
  }

  private static java.util.Optional<String> suggestion(ParameterException misuse) {
    if (!(misuse instanceof UnmatchedArgumentException unmatched))
      return java.util.Optional.empty();
    var verb = misuse.getCommandLine();
    var word = unmatched.getUnmatched().getFirst();
    if (word.equals("--version") || word.equals("-V"))
      return java.util.Optional.of("meshkit version");
    return Nearest.to(word.split("=", 2)[0], words(verb, word))
        .map(near -> "did you mean " + near + "?");
  }

  private static List<String> words(CommandLine verb, String unmatched) {
    return unmatched.startsWith("-")
        ? verb.getCommandSpec().optionsMap().keySet().stream().toList()
        : verb.getSubcommands().keySet().stream().toList();
  }

  private static boolean wantsJson(List<String> args) {
    for (var i = 0; i < args.size(); i++) {
      var arg = args.get(i);
      var value =
          arg.equals("-o") || arg.equals("--output")
              ? (i + 1 < args.size() ? args.get(i + 1) : "")
              : arg;
      if (value.replaceFirst("^(-o=?|--output=)", "").matches("jsonl?")) return true;
    }
    return false;
  }

  private static MeshError interrupted() {
    return MeshError.of(
        "error.canceled",
        "the command",
        "it was interrupted",
        "look what it has done already, then run it again",
        MeshError.Retry.NEVER);
  }

  /** The class and the place are for whoever mends MeshKit, so they stand in what to report. */
  private static MeshError fault(Exception thrown) {
    var message = String.valueOf(thrown.getMessage());
    var at = thrown.getStackTrace().length == 0 ? "" : " at " + thrown.getStackTrace()[0];
    return MeshError.of(
            "error.internal",
            "the command",
            thrown.getMessage() == null ? "it met a case that nobody thought of" : message,
            "this is a fault in MeshKit: report what you typed, and "
                + thrown.getClass().getSimpleName()
                + at,
            MeshError.Retry.SAFE_WITH_KEY)
        .with(Errors.MK, "MK-CLI-010");
  }
}

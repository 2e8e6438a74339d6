package dev.meshkit.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The program {@code meshkit}. */
public final class Main {
  private static final Set<String> MAY_BE_EMPTY = Set.of("--body", "--value-hex");

  private Main() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String... args) {
    System.exit(run(Console.system(), args));
  }

  /** Runs one command on {@code console}; the exit status. */
  static int run(Console console, String... args) {
    var failures = new Failures(console, args);
    var root =
        commands(console)
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF))
            .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
            .setUsageHelpWidth(100)
            .setExpandAtFiles(false) // an @ is send's own: a body out of a file
            .setExecutionStrategy(Main::execute)
            .setExecutionExceptionHandler((thrown, verb, parsed) -> failures.failed(thrown))
            .setParameterExceptionHandler((misuse, given) -> failures.misused(misuse));
    return root.execute(args);
  }

  /** An empty value is a shell variable that was not set: nobody means the default by it. */
  private static int execute(ParseResult parsed) {
    for (var verb : parsed.asCommandLineList()) {
      for (var option : verb.getParseResult().matchedOptions()) {
        if (MAY_BE_EMPTY.contains(option.longestName()) || !option.stringValues().contains(""))
          continue;
        throw new ParameterException(verb, option.longestName() + " is given, and empty");
      }
    }
    return new RunLast().execute(parsed);
  }

  /** All verbs; picocli builds none of them by reflection. */
  static CommandLine commands(Console console) {
    quieten();
    var root =
        new CommandLine(new RootCommand())
            .addSubcommand(new AgentCommand(console))
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new StatusCommand(new Ask(console)))
            .addSubcommand(new MembersCommand(new Ask(console)))
            .addSubcommand(LeadersCommand.line(console))
            .addSubcommand(new RecoverCommand(new Ask(console)))
            .addSubcommand(GateCommand.line(console))
            .addSubcommand(EffectsCommand.line(console))
            .addSubcommand(RunsCommand.line(console))
            .addSubcommand(new SendCommand(new Ask(console)))
            .addSubcommand(new BroadcastCommand(new Ask(console)))
            .addSubcommand(new TraceCommand(new Ask(console)))
            .addSubcommand(QueueCommand.line(console))
            .addSubcommand(PoisonCommand.line(console))
            .addSubcommand(new ForgetCommand(new Ask(console)))
            .addSubcommand(new BackupCommand(new Ask(console)))
            .addSubcommand(new InspectCommand(console))
            .addSubcommand(new RestoreCommand(console))
            .addSubcommand(JfrCommand.line(console))
            .addSubcommand(new EventsCommand(new Ask(console)))
            .addSubcommand(new ExplainCommand(console))
            .addSubcommand(new VersionCommand(console));
    helpful(root);
    return root.registerConverter(Duration.class, Main::duration)
        .registerConverter(long.class, Main::whole);
  }

  /** No option is an {@code int}: what is too large for one must not be cut to one. */
  private static Long whole(String text) {
    if (text.matches("-?[0-9]{1,18}")) return Long.valueOf(text);
    throw new CommandLine.TypeConversionException(
        text.matches("-?[0-9]+")
            ? "'" + text + "' has more than 18 digits"
            : "'" + text + "' is no whole number");
  }

  private static Duration duration(String text) {
    try {
      return Text.duration(text);
    } catch (IllegalArgumentException bad) {
      throw new CommandLine.TypeConversionException(String.valueOf(bad.getMessage()));
    }
  }

  /** Every verb, at any depth, has {@code --help}. */
  private static void helpful(CommandLine verb) {
    verb.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    verb.getSubcommands().values().forEach(Main::helpful);
  }

  /** Netty notes that a Unix socket has no SO_KEEPALIVE, on every channel; nobody can act on it. */
  private static void quieten() {
    Logger.getLogger("io.netty.bootstrap").setLevel(Level.SEVERE);
  }
}

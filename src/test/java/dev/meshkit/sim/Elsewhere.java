package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The same seeds in a JVM that has just begun, with hash codes of its own, half of them in each of
 * two; and their main class. A difference is a failure of its own kind, with the first event that
 * differs (V1).
 */
public final class Elsewhere {
  private static final String WHOLE = "--whole";

  private final Jvm jvm;

  Elsewhere(Jvm jvm) {
    this.jvm = jvm;
  }

  /** What another JVM says of some arguments of {@link #main}, line by line. */
  @FunctionalInterface
  interface Jvm {
    List<String> says(List<String> arguments);
  }

  /** What is done with the runs of campaigns that are to be repeated. */
  @FunctionalInterface
  interface Repeats {
    void repeat(List<Campaign> campaigns, int least, Failures failures, PrintStream out);
  }

  /** In a process of this machine. */
  static Repeats inProcesses() {
    return new Elsewhere(Elsewhere::process)::repeat;
  }

  /** Nothing: for whoever has no process to spare. */
  static Repeats nowhere() {
    return (_, _, _, _) -> {};
  }

  /** Prints what the named runs come to: scenario, seed and so on; all lines of one, if it must. */
  public static void main(String... args) {
    if (args[0].equals(WHOLE)) {
      Scenario.parse(args[1]).run(Long.parseLong(args[2]), List.of(System.out));
      return;
    }
    for (var i = 0; i < args.length; i += 2)
      System.out.println(Ran.of(Scenario.parse(args[i]).run(Long.parseLong(args[i + 1]))));
  }

  /** What of these runs comes to something else there: one sentence each. */
  List<String> differences(List<Ran> here) {
    if (here.isEmpty()) return List.of();
    var there = there(here);
    if (there.size() != here.size())
      return List.of("NONDETERMINISM: " + there.size() + " of " + here.size() + " seeds elsewhere");
    var differences = new ArrayList<String>();
    for (var i = 0; i < here.size(); i++)
      if (!here.get(i).equals(there.get(i)))
        differences.add(
            "NONDETERMINISM "
                + here.get(i)
                + ", in another JVM "
                + there.get(i)
                + first(here.get(i)));
    return differences;
  }

  /** What they come to there, in their order: two JVMs take half of them each. */
  private List<Ran> there(List<Ran> here) {
    var middle = (here.size() + 1) / 2;
    var halves = List.of(here.subList(0, middle), here.subList(middle, here.size()));
    var runs = new ArrayList<Ran>();
    new Workers(2)
        .each(
            halves.stream().filter(half -> !half.isEmpty()).map(this::asked).iterator(),
            said -> said.forEach(line -> runs.add(Ran.parse(line))));
    return runs;
  }

  private Callable<List<String>> asked(List<Ran> half) {
    var arguments = new ArrayList<String>();
    for (var ran : half) arguments.addAll(List.of(ran.scenario(), Long.toString(ran.seed())));
    return () -> jvm.says(arguments);
  }

  /** Every other one to the end: of two halves neither then has all of the dear scenarios. */
  private static void deal(List<Ran> all) {
    var others = new ArrayList<Ran>();
    for (var i = 1; i < all.size(); i++) others.add(all.remove(i));
    all.addAll(others);
  }

  private String first(Ran ran) {
    var seed = ran.seed();
    Campaign.Run run = Scenario.parse(ran.scenario())::run;
    var there = jvm.says(List.of(WHOLE, ran.scenario(), Long.toString(seed)));
    return ": " + new Repetition(run, seed).difference(there);
  }

  private static List<String> process(List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-preview", "-XX:+UseSerialGC", "-Xmx512m"));
    command.addAll(List.of("-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=3"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Elsewhere.class.getName());
    command.addAll(arguments);
    try {
      var process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var exit = process.waitFor();
      if (exit != 0) throw new IllegalStateException("another JVM ended with " + exit);
      return said.lines().toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while another JVM ran", stopped);
    }
  }

  /**
   * Runs what campaigns ran twice once more, if there are {@code least} of them; says how many, as
   * each failure does.
   */
  void repeat(List<Campaign> campaigns, int least, Failures failures, PrintStream out) {
    var waiting = campaigns.stream().mapToInt(one -> one.repeated().size()).sum();
    if (waiting == 0 || waiting < least) return;
    var here = new ArrayList<Ran>();
    for (var campaign : campaigns) here.addAll(campaign.takeRepeated());
    deal(here);
    var differences = differences(here);
    differences.forEach(failures::add);
    var same = here.size() - differences.size();
    out.println(same + " of " + here.size() + " seeds have the same trace in a JVM of their own");
  }
}

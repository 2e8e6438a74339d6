package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A failed run as a {@code .sim} file: text, to be read, edited by hand, replayed and committed.
 *
 * @param scenario its name
 * @param seed what all but the faults follows from
 * @param oracle who objected
 * @param trace the hash of the run
 * @param schedule the faults, and how large the run is: a file without sizes is as the seed drew it
 */
record Script(String scenario, long seed, String oracle, long trace, Schedule schedule) {
  private static final List<String> HEADS = List.of("scenario", "seed", "oracle", "trace", "sizes");

  /** What a run that failed leaves. */
  static Script of(Outcome failed) {
    var oracle = failed.violations().getFirst().oracle();
    return new Script(failed.scenario(), failed.seed(), oracle, failed.trace(), failed.schedule());
  }

  /** The faults. */
  List<Op.Timed> ops() {
    return schedule.ops();
  }

  /** The file's name, one a failure. */
  String fileName() {
    return scenario.replace('/', '-') + "-" + seed + ".sim";
  }

  /** The file. */
  String text() {
    var text = new StringBuilder("scenario " + scenario + "\nseed " + seed + "\noracle " + oracle);
    text.append("\ntrace ").append(Long.toHexString(trace)).append('\n');
    if (!schedule.sizes().equals(Schedule.Sizes.DRAWN)) text.append(sizes(schedule.sizes()));
    for (var op : schedule.ops()) text.append(OpText.of(op)).append("  # ").append(op).append('\n');
    return text.toString();
  }

  /** Reads a file; what follows a {@code #} is for people. */
  static Script parse(String text) {
    var heads = new TreeMap<String, String>();
    var ops = new ArrayList<Op.Timed>();
    for (var line : text.lines().map(l -> l.replaceFirst("#.*", "").strip()).toList()) {
      var word = line.split(" ", 2);
      if (word.length == 2 && HEADS.contains(word[0])) heads.put(word[0], word[1].strip());
      else if (!line.isEmpty()) ops.add(OpText.parse(line));
    }
    var seed = Long.parseLong(head(heads, "seed"));
    var trace = Long.parseUnsignedLong(head(heads, "trace"), 16);
    return new Script(
        head(heads, "scenario"),
        seed,
        head(heads, "oracle"),
        trace,
        new Schedule(ops, sizes(heads)));
  }

  private static String sizes(Schedule.Sizes sizes) {
    var words = new StringJoiner(" ", "sizes ", "");
    words.add(sizes.nodes() + " " + sizes.chaos() + " " + sizes.calm());
    for (var node : sizes.absent()) words.add(node.toString());
    return words + "  # nodes, chaos and calm in ns, who never runs\n";
  }

  private static Schedule.Sizes sizes(Map<String, String> heads) {
    if (!heads.containsKey("sizes")) return Schedule.Sizes.DRAWN;
    var words = List.of(head(heads, "sizes").split(" +"));
    if (words.size() < 3)
      throw new IllegalArgumentException(
          "'sizes "
              + head(heads, "sizes")
              + "' wants nodes, chaos and calm in ns, then the numbers of those that never run");
    var absent = new TreeSet<Integer>();
    for (var node : words.subList(3, words.size())) absent.add(Integer.valueOf(node));
    var chaos = Long.parseLong(words.get(1));
    var calm = Long.parseLong(words.get(2));
    return new Schedule.Sizes(Integer.parseInt(words.getFirst()), absent, chaos, calm);
  }

  private static String head(Map<String, String> heads, String name) {
    var value = heads.get(name);
    if (value == null) throw new IllegalArgumentException("the file names no " + name);
    return value;
  }

  /** What a replay came to: {@code PASSED}, {@code REPRODUCED} or {@code DIFFERENT}. */
  String judge(Outcome replayed) {
    if (replayed.passed()) return "PASSED";
    var same = replayed.violations().getFirst().oracle().equals(oracle);
    return same && replayed.trace() == trace ? "REPRODUCED" : "DIFFERENT";
  }
}

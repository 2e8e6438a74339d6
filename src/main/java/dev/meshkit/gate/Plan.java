package dev.meshkit.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What an entry would do, before anybody commits it.
 *
 * @param flips those that would run another version
 * @param stays those that would not
 * @param cannot those whose new version this build does not run
 */
public record Plan(List<Line> flips, List<Line> stays, List<Line> cannot) {
  /**
   * One subject.
   *
   * @param subject who
   * @param from what it runs now
   * @param to what it would run
   * @param because why that
   * @param bucket where it stands from 0 to 9,999; -1 where that was not asked for
   */
  public record Line(Subject subject, int from, int to, String because, int bucket) {}

  /** Copies the lists. */
  public Plan {
    flips = List.copyOf(flips);
    stays = List.copyOf(stays);
    cannot = List.copyOf(cannot);
  }

  static Plan of(
      List<Subject> subjects,
      Function<Subject, Explanation> now,
      Function<Subject, Explanation> then) {
    var flips = new ArrayList<Line>();
    var stays = new ArrayList<Line>();
    var cannot = new ArrayList<Line>();
    for (var subject : subjects) {
      var from = now.apply(subject).version();
      var to = then.apply(subject);
      var line = new Line(subject, from, to.version(), to.because(), to.bucket());
      if (!to.decided().isOk()) cannot.add(line);
      else if (from == to.version()) stays.add(line);
      else flips.add(line);
    }
    return new Plan(flips, stays, cannot);
  }
}

package dev.meshkit.cli;

import dev.meshkit.control.proto.DemoSummary;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs the demo's steps in order, a line each; after one has failed the rest are skipped. */
final class DemoSteps {
  private final PrintStream out;
  private final InstantSource monotonic;
  private final int most;
  private final List<DemoSummary.Step> done = new ArrayList<>();

  /** Lines go to {@code out}; of the steps that need not be, the first {@code most} are run. */
  DemoSteps(PrintStream out, InstantSource monotonic, int most) {
    this.out = out;
    this.monotonic = monotonic;
    this.most = most;
  }

  /** Says what it found, or throws {@link Failed}. */
  @FunctionalInterface
  interface Body {
    /** Does the step. */
    String run() throws Failed, IOException, InterruptedException;
  }

  /** A step that did not come to what it should. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, in one line. */
    Failed(String why) {
      super(why);
    }
  }

  /** Runs a step unless an earlier one has failed, or enough have been run. */
  void step(String name, Body body) throws InterruptedException {
    if (done.size() == most) return;
    if (isOk()) run(name, body);
    else add(name, false, Duration.ZERO, "skipped");
  }

  /** Runs a step whatever came before. */
  void always(String name, Body body) throws InterruptedException {
    run(name, body);
  }

  /** Whether every step so far was fine. */
  boolean isOk() {
    return done.stream().allMatch(DemoSummary.Step::getOk);
  }

  /** The steps so far, in order. */
  List<DemoSummary.Step> done() {
    return List.copyOf(done);
  }

  private void run(String name, Body body) throws InterruptedException {
    var begun = monotonic.instant();
    var ok = false;
    String text;
    try {
      text = body.run();
      ok = true;
    } catch (Failed | IOException failed) {
      text = String.valueOf(failed.getMessage());
    } catch (RuntimeException fault) {
      text = "a fault in the demo itself: " + fault; // what follows still counts what was seen
    }
    add(name, ok, Duration.between(begun, monotonic.instant()), text);
  }

  private void add(String name, boolean ok, Duration took, String text) {
    done.add(
        DemoSummary.Step.newBuilder()
            .setName(name)
            .setOk(ok)
            .setTookMs(Math.toIntExact(took.toMillis()))
            .setText(text)
            .build());
    var seconds = String.format(Locale.ROOT, "%6.1f s", took.toMillis() / 1000.0);
    out.println(
        (ok ? "ok    " : "FAIL  ")
            + String.format("%-8s", name)
            + seconds
            + "  "
            + Text.safe(text));
    out.flush();
  }
}

package dev.meshkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/**
 * Counts what a decoder allocates on this thread, beside what it may: 4 × what it read and made of
 * it, and 64 KiB.
 *
 * <p>The JVM allocates for itself too, while it links a call site for the first time: what exceeds
 * the bound in each of several runs is the decoder's own.
 */
public final class Meter {
  private static final int RUNS = 5;
  private static final long SLACK_BYTES = 64 << 10;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Jazzer's hooks allocate in the decoder's name: there, and only there, nothing is measured. */
  private static final boolean MEASURES = !Boolean.getBoolean("meshkit.fuzz.instrumented");

  private long worst;
  private String account = "";

  private Meter() {}

  /** A decoder's run, which tells the meter of each call. */
  @FunctionalInterface
  public interface Run {
    /** Runs it once, from the start. */
    void run(Meter meter) throws Exception;
  }

  /** Runs it, and fails if a call allocated more than it may. */
  public static void watch(Run run) throws Exception {
    var meter = new Meter();
    for (var i = 0; i < RUNS; i++) {
      meter = new Meter();
      run.run(meter);
      if (meter.worst <= 0 || !MEASURES) return;
    }
    throw new AssertionError(meter.account);
  }

  /** Decodes so many bytes, those that it inflates to included; what it gives. */
  public <T> T of(long bytes, Callable<T> decode) throws Exception {
    var before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return decode.call();
    } finally {
      note(THREADS.getCurrentThreadAllocatedBytes() - before, 4 * bytes + SLACK_BYTES);
    }
  }

  private void note(long allocated, long allowed) {
    if (allocated - allowed <= worst) return;
    worst = allocated - allowed;
    account = "allocated " + allocated + " bytes where " + allowed + " are allowed";
  }
}

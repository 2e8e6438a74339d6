package dev.meshkit.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@link Plant}s call in the process that they are planted in: it dies there of SIGKILL, at
 * once and by its own hand, if it was told to by {@link KillOrders}. The call of the kernel is made
 * ready beforehand: what a process does while it looks for a program to kill it is a lot.
 */
public final class KillPoint {
  private static final KillOrders ORDERS = KillOrders.ofThisProcess();
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
  private static final int SIGKILL = 9;
  private static final int PID = Math.toIntExact(ProcessHandle.current().pid());
  private static final MethodHandle KILL = ready();

  private KillPoint() {}

  /** Does not return if this is where to die. */
  public static void reached(String point) {
    if (ORDERS.take(point)) kill(KILL, SIGKILL);
  }

  /** Blocks while messages are to be kept, or until it is interrupted. */
  public static void awaitRelease() {
    while (ORDERS.isHeld() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** A tenth of a time that is to be waited for on the way to this point; else all of it. */
  public static Duration patience(String point, Duration most) {
    return ORDERS.isAwaited(point) ? most.dividedBy(10) : most;
  }

  @SuppressWarnings("restricted") // kill(2) is what this is for
  private static MethodHandle ready() {
    var linker = Linker.nativeLinker();
    var kill = linker.defaultLookup().findOrThrow("kill");
    var ints = ValueLayout.JAVA_INT;
    var ready = linker.downcallHandle(kill, FunctionDescriptor.of(ints, ints, ints));
    kill(ready, 0); // asks only whether it could
    return ready;
  }

  private static void kill(MethodHandle how, int signal) {
    try {
      var failed = (int) how.invokeExact(PID, signal);
      if (failed != 0 || signal != 0) throw new IllegalStateException("kill says " + failed);
    } catch (RuntimeException | Error bug) {
      throw bug;
    } catch (Throwable impossible) {
      throw new IllegalStateException("a call of the kernel threw", impossible);
    }
  }
}

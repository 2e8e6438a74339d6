package dev.meshkit.grpc;

import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.QuicStream;

/**
 * Has a Kwik stream look again, for as long as a call may take, whether it has something to send.
 *
 * <p>Kwik 0.10.9 may forget to: it counts a request to send after it has queued it, and its sender,
 * if it was faster, counts it as served before; a count of −1 then looks as if one were queued, and
 * what is written next, or did not fit into the packet, or the end, waits for ever.
 */
final class KwikNudge {
  private static final long EVERY_MS = 50;
  private static final int OFTEN = 600; // for half a minute: our side gives up before

  /** Never: what waits for it lets time pass. */
  private static final CountDownLatch OVER = new CountDownLatch(1);

  private KwikNudge() {}

  /** Nudges on a thread of its own; one that finds nothing to send is harmless. */
  static void start(QuicStream stream) {
    var out = stream.getOutputStream();
    var nudge = nudge(out);
    Thread.ofVirtual().name("kwik-nudge").start(() -> repeat(nudge, out));
  }

  private static void repeat(Method nudge, OutputStream out) {
    try {
      for (var times = 0; times < OFTEN; times++) {
        OVER.await(EVERY_MS, TimeUnit.MILLISECONDS);
        nudge.invoke(out, true);
      }
    } catch (InvocationTargetException | InterruptedException over) {
      // the connection is gone, and with it what was to be sent
    } catch (IllegalAccessException wrong) {
      throw new AssertionError(wrong);
    }
  }

  private static Method nudge(OutputStream out) {
    for (Class<?> type = out.getClass(); type != null; type = type.getSuperclass()) {
      try {
        var method = type.getDeclaredMethod("scheduleSendStreamFrameRequest", boolean.class);
        method.setAccessible(true);
        return method;
      } catch (NoSuchMethodException _) {
        // its superclass has it
      }
    }
    throw new AssertionError("Kwik has changed: does it still need to be nudged?");
  }
}

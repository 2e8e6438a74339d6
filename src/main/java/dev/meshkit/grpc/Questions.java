package dev.meshkit.grpc;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What application code is asked now and then on behalf of an event loop's connections: whether a
 * peer may stay, which identity there is. All that is asked in one tick shares a virtual thread, so
 * that an idle process is woken once for them all; more than {@value #A_THREAD} have more threads.
 * Who takes long holds up nobody for longer than a tick: what waits behind it is asked by others.
 *
 * <p>Added and begun on the event loop. Who asks has no second question open at a time, and thereby
 * bounds both the questions and the threads.
 */
final class Questions {
  /** As many as one thread is begun for. */
  static final int A_THREAD = 8;

  private static final System.Logger LOG = System.getLogger(Questions.class.getName());

  private final ConcurrentLinkedQueue<Runnable> open = new ConcurrentLinkedQueue<>();

  /** Is asked with the next {@link #begin}. */
  void add(Runnable question) {
    open.add(question);
  }

  /** Has all that is open asked, what was left over included. Never blocks. */
  void begin() {
    for (var left = open.size(); left > 0; left -= A_THREAD)
      Thread.ofVirtual().name("meshkit-questions").start(this::askAll);
  }

  private void askAll() {
    for (var next = open.poll(); next != null; next = open.poll()) ask(next);
  }

  private static void ask(Runnable question) {
    try {
      question.run();
    } catch (RuntimeException | Error failure) {
      LOG.log(System.Logger.Level.ERROR, "a question failed; the others are asked", failure);
    }
  }
}

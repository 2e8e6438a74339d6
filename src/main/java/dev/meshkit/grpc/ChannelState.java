package dev.meshkit.grpc;

import io.grpc.ConnectivityState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A channel's state as its user may watch it. Thread-safe; listeners run on virtual threads. */
final class ChannelState {
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final Runnable whenTerminated;
  private List<Runnable> watchers = new ArrayList<>(); // guarded by this
  private ConnectivityState state = ConnectivityState.IDLE; // guarded by this

  /** An idle state; {@code whenTerminated} runs once, at the end. */
  ChannelState(Runnable whenTerminated) {
    this.whenTerminated = whenTerminated;
  }

  synchronized ConnectivityState now() {
    return state;
  }

  /** Changes the state and tells the watchers. SHUTDOWN is final. */
  synchronized void become(ConnectivityState next) {
    if (state == next || state == ConnectivityState.SHUTDOWN) return;
    state = next;
    var told = watchers;
    watchers = new ArrayList<>();
    told.forEach(Thread::startVirtualThread);
  }

  /** Runs {@code watcher} once the state is no longer {@code known}. */
  synchronized void watch(ConnectivityState known, Runnable watcher) {
    if (state == known) {
      watchers.add(watcher);
    } else {
      Thread.startVirtualThread(watcher);
    }
  }

  /** Everything has ended. */
  void terminated() {
    if (terminated.getCount() == 0) return;
    terminated.countDown();
    whenTerminated.run();
  }

  boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  boolean await(long value, TimeUnit unit) throws InterruptedException {
    return terminated.await(value, unit);
  }
}

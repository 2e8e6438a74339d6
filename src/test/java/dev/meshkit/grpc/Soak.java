package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The fault table's soak: under load both ends get a new certificate every second, and their
 * connections are two seconds old at most. No call fails of it, neither the short ones nor the
 * streams that are open at a swap, and memory is back where it was.
 */
public final class Soak {
  private static final Duration AGE = Duration.ofSeconds(2);
  private static final int CALLERS = 16;
  private static final int TALKERS = 8;
  private static final int WARM_SWAPS = 5;
  private static final long MOST_GROWTH_BYTES = 16 << 20;
  private static final long MOST_RESIDENT_BYTES = Memory.isHeapWhole() ? 16 << 20 : 96 << 20;

  private final Meshless mesh;
  private final AtomicReference<TlsIdentity> server;
  private final AtomicReference<TlsIdentity> client;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<String> broken = new ArrayList<>();
  private int swaps;

  private Soak() throws Exception {
    mesh = new Meshless();
    server = new AtomicReference<>(mesh.ca.identity(uri()));
    client = new AtomicReference<>(server.get());
  }

  /**
   * Runs it; what went wrong.
   *
   * @param swaps of certificates at each end, one a {@code pause}
   */
  public static List<String> run(int swaps, Duration pause) throws Exception {
    var soak = new Soak();
    try {
      soak.swapping(swaps, pause);
    } finally {
      soak.over.countDown();
      soak.mesh.close();
    }
    return soak.broken;
  }

  private String uri() {
    return "spiffe://test/region/eu/node/n" + swaps;
  }

  private void swapping(int most, Duration pause) throws Exception {
    var listening = listen();
    var channel = dial(listening);
    try (var load = new Load(channel, CALLERS);
        var talk = new Talkers(channel)) {
      load.awaitMore(100);
      swap(WARM_SWAPS, pause, load);
      var before = Memory.now();
      var doneBefore = load.done();
      swap(most, pause, load);
      load.awaitMore(100);
      talk.awaitMore();
      judge(load, talk, before);
      report(load.done() - doneBefore, talk.done.get());
    }
  }

  private Server listen() throws Exception {
    var lifetime = Lifetime.ofAccepted().withAge(AGE).withSpread(AGE);
    return mesh.start(
        mesh.server()
            .addService(new ProbeService())
            .tls(server::get)
            .lifetime(lifetime)
            .peerCheck(this::remember));
  }

  private Verdict remember(List<X509Certificate> chain, java.net.SocketAddress remote) {
    seen.add(TestCa.uriOf(chain.getFirst()));
    return new Verdict.Admit();
  }

  private ManagedChannel dial(Server to) throws Exception {
    var lifetime = Lifetime.ofDialled().withAge(AGE).withSpread(AGE);
    return mesh.open(
        mesh.channel(to)
            .tls(client::get)
            .lifetime(lifetime)
            .peerCheck(
                (chain, remote) -> {
                  connections.incrementAndGet();
                  return remember(chain, remote);
                }));
  }

  private void swap(int times, Duration pause, Load load) throws Exception {
    for (var i = 0; i < times && load.failures().isEmpty(); i++) {
      swaps++;
      server.set(mesh.ca.identity(uri()));
      swaps++;
      client.set(mesh.ca.identity(uri()));
      over.await(pause.toMillis(), TimeUnit.MILLISECONDS); // the load's pace, which decides nothing
    }
  }

  private void judge(Load load, Talkers talk, Memory before) throws Exception {
    load.failures().forEach(failure -> broken.add("a call failed: " + failure.getStatus()));
    talk.failures.forEach(status -> broken.add("a stream failed: " + status));
    if (seen.size() < swaps / 8) {
      broken.add("only " + seen.size() + " of " + swaps + " certificates were ever seen");
    }
    var growth = Memory.now().since(before);
    System.out.println("grown by " + growth);
    if (growth.heapBytes() > MOST_GROWTH_BYTES) broken.add("heap grew: " + growth);
    if (growth.directBytes() > MOST_GROWTH_BYTES) broken.add("direct memory grew: " + growth);
    if (growth.residentBytes() > MOST_RESIDENT_BYTES) broken.add("the process grew: " + growth);
  }

  private void report(long calls, long streams) {
    System.out.printf(
        "%,d calls, %,d streams, %d certificates made, %d seen, %d checks of the server%n",
        calls, streams, swaps, seen.size(), connections.get());
  }

  /** Streams that outlive a swap: an ask every now and then, each answered in order. */
  private static final class Talkers implements AutoCloseable {
    private static final int ASKS = 40;

    private final AtomicInteger done = new AtomicInteger();
    private final ConcurrentLinkedQueue<Status> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    Talkers(ManagedChannel channel) {
      var stub = ProbeGrpc.newStub(channel).withWaitForReady();
      for (var i = 0; i < TALKERS; i++) {
        threads.add(Thread.startVirtualThread(() -> talkOn(stub)));
      }
    }

    private void talkOn(ProbeGrpc.ProbeStub stub) {
      try {
        while (over.getCount() > 0) talk(stub);
      } catch (InterruptedException | AssertionError failure) {
        failures.add(Status.UNKNOWN.withCause(failure).withDescription(failure.toString()));
      }
    }

    private void talk(ProbeGrpc.ProbeStub stub) throws InterruptedException {
      var answers = new Recorder<Answer>();
      var asks = stub.talk(answers);
      for (var i = 1; i <= ASKS; i++) {
        asks.onNext(ConformanceBed.ask(i, 0));
        if (answers.next().getBytesSeen() != i) failures.add(Status.DATA_LOSS);
        over.await(50, TimeUnit.MILLISECONDS); // so that swaps and ages fall into it
      }
      asks.onCompleted();
      var status = answers.status();
      if (!status.isOk()) failures.add(status);
      done.incrementAndGet();
    }

    void awaitMore() {
      var from = done.get();
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> done.get() >= from + TALKERS || !failures.isEmpty());
    }

    @Override
    public void close() throws InterruptedException {
      over.countDown();
      for (var thread : threads) thread.join();
    }
  }

  /**
   * Cancels so many calls on connections that age by it: every other hundred only once all of it
   * has reached its handlers, the others at once; half of each after their half-close. What went
   * wrong. Nothing is left of them beyond 16 MiB.
   *
   * <p>The server has the bounds that servers have: a hundred at most are cancelled each 100 ms.
   */
  public static List<String> cancels(int calls) throws Exception {
    var broken = new ArrayList<String>();
    try (var mesh = new Meshless()) {
      var reached = new Reached();
      var server = mesh.start(mesh.server().addService(reached));
      var channel = mesh.open(mesh.channel(server));
      cancelled(channel, Math.max(10_000, calls / 5), reached); // classes, pools, code caches
      var before = Memory.now();
      var threads = Thread.activeCount();
      var reachedBefore = reached.all.get();
      var statuses = cancelled(channel, calls, reached);
      var handled = reached.all.get() - reachedBefore;
      if (statuses != calls) broken.add((calls - statuses) + " calls did not end CANCELLED");
      if (handled < calls / 2) broken.add("only " + handled + " calls reached a handler");
      reached.awaitCancelled();
      var growth = Memory.now().since(before);
      System.out.printf(
          "%,d cancelled calls, %,d of them in their handlers: grown by %s%n",
          calls, handled, growth);
      if (growth.heapBytes() > MOST_GROWTH_BYTES) broken.add("heap grew: " + growth);
      if (growth.directBytes() > MOST_GROWTH_BYTES) broken.add("direct memory grew: " + growth);
      if (growth.residentBytes() > MOST_RESIDENT_BYTES) broken.add("the process grew: " + growth);
      if (Thread.activeCount() > threads + 2) broken.add("threads: " + Thread.activeCount());
      var left = VirtualThreads.ofCalls();
      if (!left.isEmpty()) broken.add(left.size() + " calls have a thread still");
    }
    return broken;
  }

  /** Handlers that answer nothing, and count the calls that reach and leave them. */
  private static final class Reached extends ProbeGrpc.ProbeImplBase {
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Semaphore fresh = new Semaphore(0);

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      arrived(out);
    }

    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      arrived(out);
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }

    private void arrived(StreamObserver<Answer> out) {
      ((ServerCallStreamObserver<Answer>) out).setOnCancelHandler(cancelled::incrementAndGet);
      all.incrementAndGet();
      fresh.release();
    }

    void awaitBurst(int calls) throws InterruptedException {
      if (!fresh.tryAcquire(calls, 60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("of " + calls + " calls some do not arrive");
      }
    }

    /** Each handler hears of its cancel: none is left running. */
    void awaitCancelled() {
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> cancelled.get() == all.get());
    }
  }

  private static final int BURST = 100;

  private static int cancelled(ManagedChannel channel, int calls, Reached reached)
      throws InterruptedException {
    var ended = 0;
    for (var done = 0; done < calls; done += BURST) {
      var contexts = new ArrayList<CancellableContext>();
      var burst = new ArrayList<Recorder<Answer>>();
      var atOnce = done / BURST % 2 == 1;
      reached.awaitCancelled();
      reached.fresh.drainPermits();
      for (var i = 0; i < BURST; i++) {
        var answers = new Recorder<Answer>();
        burst.add(answers);
        contexts.add(begin(channel, answers, i % 2 == 0));
        if (atOnce) contexts.getLast().cancel(null);
      }
      if (!atOnce) reached.awaitBurst(BURST);
      contexts.forEach(context -> context.cancel(null));
      for (var answers : burst) {
        if (answers.status().getCode() == Status.Code.CANCELLED) ended++;
      }
    }
    return ended;
  }

  private static CancellableContext begin(
      ManagedChannel channel, Recorder<Answer> answers, boolean open) {
    var stub = ProbeGrpc.newStub(channel);
    var context = Context.current().withCancellation();
    context.run(
        () -> {
          if (open) stub.talk(answers).onNext(Ask.getDefaultInstance());
          else stub.unary(Ask.getDefaultInstance(), answers);
        });
    return context;
  }
}

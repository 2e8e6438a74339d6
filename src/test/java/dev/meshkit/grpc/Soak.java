package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
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
   * Cancels so many calls, half of them after their half-close, on connections that age by it; what
   * went wrong. Nothing is left of them beyond 16 MiB.
   */
  public static List<String> cancels(int calls) throws Exception {
    var broken = new ArrayList<String>();
    try (var mesh = new Meshless()) {
      var endless = Bounds.defaults().with(Bounds.Floods.endless());
      var server = mesh.start(mesh.server().addService(new ProbeService()).bounds(endless));
      var channel = mesh.open(mesh.channel(server));
      cancelled(channel, Math.max(10_000, calls / 5)); // classes, pools and code caches
      var before = Memory.now();
      var threads = Thread.activeCount();
      var statuses = cancelled(channel, calls);
      if (statuses != calls) broken.add((calls - statuses) + " calls did not end CANCELLED");
      ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance());
      var growth = Memory.now().since(before);
      System.out.printf("%,d cancelled calls: grown by %s%n", calls, growth);
      if (growth.heapBytes() > MOST_GROWTH_BYTES) broken.add("heap grew: " + growth);
      if (growth.directBytes() > MOST_GROWTH_BYTES) broken.add("direct memory grew: " + growth);
      if (growth.residentBytes() > MOST_RESIDENT_BYTES) broken.add("the process grew: " + growth);
      if (Thread.activeCount() > threads + 2) broken.add("threads: " + Thread.activeCount());
    }
    return broken;
  }

  private static int cancelled(ManagedChannel channel, int calls) throws InterruptedException {
    var stub = ProbeGrpc.newStub(channel);
    var silent = Ask.newBuilder().setSilent(true).build();
    var ended = 0;
    for (var done = 0; done < calls; done += 100) {
      var burst = new ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 100; i++) {
        var answers = new Recorder<Answer>();
        burst.add(answers);
        var context = io.grpc.Context.current().withCancellation();
        var open = i % 2 == 0;
        context.run(
            () -> {
              if (open) stub.talk(answers).onNext(silent);
              else stub.unary(silent, answers);
            });
        context.cancel(null);
      }
      for (var answers : burst) {
        if (answers.status().getCode() == Status.Code.CANCELLED) ended++;
      }
    }
    return ended;
  }
}

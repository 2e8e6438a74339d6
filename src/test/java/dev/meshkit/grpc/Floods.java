package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ServerTransportFilter;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * S26, S27: what one may throw at a listener, and that its other peers keep four fifths of their
 * rate meanwhile. They call a hundred times a second each, as peers do: a flood takes its share of
 * a small machine whatever the listener does.
 *
 * <p>Who sends empty frames or pings too often is cut within a second, and comes back from another
 * address of the loopback network, as its own is barred for a while. So is who resets too many
 * streams, but only if it goes on; until then it is held to what it may. Who sends the first packet
 * of a handshake and nothing else costs no memory.
 */
public final class Floods {
  private static final int CALLERS = 8;
  private static final long PACE_MS = 10;
  private static final double LEAST_RATE = 0.8;
  private static final long CUT_WITHIN_MS = 1_000;
  private static final long RESETS_CUT_WITHIN_MS = // after 2 s of them, and then of pressing
      2_000 + Bounds.defaults().floods().pressing().toMillis() + 1_000;
  private static final Duration LEAST_FOR_RESETS = Duration.ofSeconds(12);
  private static final long MOST_GROWTH_BYTES = 16 << 20;
  private static final Duration WARM_UP = Duration.ofSeconds(5); // code that no flood has run yet
  private static final Duration BREATH = Duration.ofMillis(10); // 10,000 streams a second
  private static final Duration PAUSE = Duration.ofMillis(250); // of who dials again, cut
  private static final int CANCELLED = 0x10c;
  private static final int INITIALS_A_SECOND = 50_000;

  private final Meshless mesh = new Meshless();
  private final List<String> broken = new ArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicLong reset = new AtomicLong();
  private final CopyOnWriteArrayList<Long> gone = new CopyOnWriteArrayList<>();
  private int addresses = 1;

  private Floods() throws Exception {}

  /** Each flood so long, and as long without; what went wrong. */
  public static List<String> run(Duration each) throws Exception {
    var floods = new Floods();
    try {
      floods.floodAll(each);
    } finally {
      floods.mesh.close();
    }
    return floods.broken;
  }

  private void floodAll(Duration each) throws Exception {
    var server =
        mesh.start(mesh.server().addService(new ProbeService()).addTransportFilter(new Goodbyes()));
    var at = Meshless.addressOf(server);
    try (var peers = new Peers(mesh.open(mesh.channel(server)))) {
      pass(each); // classes, and the peers' pace
      var resets = new Attack("rapid resets", RESETS_CUT_WITHIN_MS, this::resets);
      beside(resets.name(), peers, longer(each), end -> resets(resets, at, end));
      var empties = new Attack("empty frames", CUT_WITHIN_MS, this::emptyFrames);
      beside(empties.name(), peers, each, end -> cuts(empties, at, end));
      var pings = new Attack("pings", CUT_WITHIN_MS, this::pings);
      beside(pings.name(), peers, each, end -> cuts(pings, at, end));
      beside("Initials", peers, each, end -> initials(at, end));
      var newcomer = mesh.open(mesh.channel(server)); // a flood that is over shuts nobody out
      ProbeGrpc.newBlockingStub(newcomer)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .unary(Ask.getDefaultInstance());
      peers.failures.forEach(failure -> broken.add("a peer's call failed: " + failure));
    }
  }

  /** When the server was rid of whom. */
  private final class Goodbyes extends ServerTransportFilter {
    @Override
    public void transportTerminated(Attributes attributes) {
      gone.add(System.nanoTime());
    }
  }

  /** A flood, until {@code endNanos}; says what it did. */
  @FunctionalInterface
  private interface Flood {
    String until(long endNanos) throws Exception;
  }

  private void beside(String name, Peers peers, Duration each, Flood flood) throws Exception {
    warmUp(flood);
    var alone = peers.during(each);
    var before = Memory.now();
    var said = new ArrayList<String>();
    var end = System.nanoTime() + each.toNanos();
    var attacker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    said.add(flood.until(end));
                  } catch (Exception failure) {
                    broken.add(name + ": " + failure);
                  }
                });
    var beside = peers.during(each);
    attacker.join();
    var growth = Memory.now().since(before);
    System.out.printf(
        "%s: %s; peers made %,d calls beside it, %,d alone; grown by %s%n",
        name, String.join(" ", said), beside, alone, growth);
    if (beside < alone * LEAST_RATE)
      broken.add(name + ": peers made " + beside + " calls beside it, " + alone + " alone");
    var most = Math.max(growth.heapBytes(), growth.directBytes());
    if (Memory.isHeapWhole()) most = Math.max(most, growth.residentBytes());
    if (most > MOST_GROWTH_BYTES) broken.add(name + ": memory grew: " + growth);
  }

  /** Neither side has run this code yet: how long it takes then tells nothing. */
  private void warmUp(Flood flood) throws Exception {
    var before = broken.size();
    flood.until(System.nanoTime() + WARM_UP.toNanos());
    broken.subList(before, broken.size()).clear();
  }

  private void pass(Duration time) throws InterruptedException {
    never.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  // ---- floods of a client that was admitted

  /** What an admitted client does too often, until it is cut. */
  @FunctionalInterface
  private interface Abuse {
    void of(RawClient client) throws Exception;
  }

  /** So named, and so long until it must be cut. */
  private record Attack(String name, long cutWithinMs, Abuse abuse) {}

  /** Long enough for one to be cut. */
  private static Duration longer(Duration each) {
    return each.compareTo(LEAST_FOR_RESETS) < 0 ? LEAST_FOR_RESETS : each;
  }

  /** Until they are cut they are held to what anyone may give up, whatever they send. */
  private String resets(Attack attack, InetSocketAddress server, long end) throws Exception {
    var from = System.nanoTime();
    reset.set(0);
    var said = cuts(attack, server, end);
    var seconds = (System.nanoTime() - from) / 1e9;
    var floods = Bounds.defaults().floods();
    var most = gone.size() + 1; // connections, of which each has a burst
    var bound = most * (floods.resetBurst() + 2 * 256) + floods.resetsASecond() * (seconds + 1);
    if (reset.get() > bound)
      broken.add("%,d streams were reset, not %,.0f".formatted(reset.get(), bound));
    return "%s; %,d streams of at most %,.0f".formatted(said, reset.get(), bound);
  }

  private String cuts(Attack attack, InetSocketAddress server, long end) throws Exception {
    gone.clear();
    var cuts = 0;
    var slowest = 0L;
    while (System.nanoTime() < end) {
      var identity = mesh.ca.identity("spiffe://test/flood" + addresses);
      try (var client = new RawClient(server, identity, nextAddress())) {
        var from = System.nanoTime();
        while (gone.size() == cuts && System.nanoTime() < end) {
          attempt(client, attack.abuse());
          pass(BREATH);
        }
        if (gone.size() == cuts) break;
        slowest = Math.max(slowest, TimeUnit.NANOSECONDS.toMillis(gone.getLast() - from));
        cuts++;
      }
      pass(PAUSE);
    }
    if (cuts == 0) broken.add(attack.name() + ": nobody was cut");
    if (slowest > attack.cutWithinMs())
      broken.add(attack.name() + ": cut only after " + slowest + " ms");
    return "cut " + cuts + " times, after " + slowest + " ms at most";
  }

  private static void attempt(RawClient client, Abuse abuse) throws Exception {
    try {
      abuse.of(client);
    } catch (ExecutionException cut) {
      if (!client.isClosed()) throw cut;
    }
  }

  private InetSocketAddress nextAddress() {
    addresses++;
    return new InetSocketAddress("127.0." + addresses / 250 + "." + (1 + addresses % 250), 0);
  }

  private void resets(RawClient client) throws Exception {
    reset.addAndGet(client.giveUpMany(100, CANCELLED));
  }

  private void emptyFrames(RawClient client) throws Exception {
    var call = client.call("Upload");
    client.run(
        () -> {
          for (var i = 0; i < 1_000; i++)
            call.channel().write(new DefaultHttp3UnknownFrame(0x40, Unpooled.EMPTY_BUFFER));
        });
  }

  private void pings(RawClient client) throws Exception {
    client.ping(1_000);
  }

  // ---- a flood of first packets, whose senders are never heard of again

  private String initials(InetSocketAddress server, long end) throws Exception {
    var chance = new Random(7);
    var sockets = new ArrayList<DatagramSocket>();
    for (var i = 0; i < 250; i++)
      sockets.add(new DatagramSocket(0, InetAddress.getByName("127.1.0." + (1 + i))));
    var sent = 0L;
    var start = System.nanoTime();
    try {
      var bytes = initial();
      while (System.nanoTime() < end) {
        for (var i = 0; i < 50; i++) { // a millisecond's worth
          chance.nextBytes(bytes);
          head(bytes);
          sockets
              .get((int) (sent++ % sockets.size()))
              .send(new DatagramPacket(bytes, bytes.length, server));
        }
        var due = start + sent * TimeUnit.SECONDS.toNanos(1) / INITIALS_A_SECOND;
        never.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } finally {
      sockets.forEach(DatagramSocket::close);
    }
    var seconds = (System.nanoTime() - start) / 1e9;
    return "%,.0f a second from %d addresses".formatted(sent / seconds, sockets.size());
  }

  private static byte[] initial() {
    return new byte[1_200];
  }

  /** An Initial of QUIC 1 with two ids of 8 bytes, no token, and noise for a payload. */
  private static void head(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    buffer.put((byte) 0xc0).putInt(1).put((byte) 8);
    buffer.position(14).put((byte) 8);
    buffer.position(23).put((byte) 0);
    buffer.putShort((short) (0x4000 | (bytes.length - 26)));
  }

  /** Who is to notice nothing. */
  private static final class Peers implements AutoCloseable {
    private final AtomicLong done = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    Peers(Channel channel) {
      var stub = ProbeGrpc.newBlockingStub(channel).withWaitForReady();
      for (var i = 0; i < CALLERS; i++) threads.add(Thread.startVirtualThread(() -> callOn(stub)));
    }

    private void callOn(ProbeGrpc.ProbeBlockingStub stub) {
      try {
        while (!over.await(PACE_MS, TimeUnit.MILLISECONDS)) {
          stub.withDeadlineAfter(30, TimeUnit.SECONDS).unary(Ask.getDefaultInstance());
          done.incrementAndGet();
        }
      } catch (InterruptedException | StatusRuntimeException failure) {
        failures.add(failure.toString());
      }
    }

    private long during(Duration time) throws InterruptedException {
      var from = done.get();
      over.await(time.toMillis(), TimeUnit.MILLISECONDS);
      return done.get() - from;
    }

    @Override
    public void close() throws InterruptedException {
      over.countDown();
      for (var thread : threads) thread.join();
    }
  }
}

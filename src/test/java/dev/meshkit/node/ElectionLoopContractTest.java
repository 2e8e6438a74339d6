package dev.meshkit.node;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.OutboxContract;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** V6: the real loops, on threads and a disk, keep what the simulator's model of them keeps. */
@Timeout(120)
public class ElectionLoopContractTest extends OutboxContract {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir private Path directory;
  private int runs;

  @Override
  protected Told run(Play play) throws Exception {
    try (var store = ElectionFixture.store(directory.resolve("run" + ++runs), 1)) {
      return new Scene(store, play).run();
    }
  }

  /** Called in a mutant's own world: which rules are broken there. */
  public static String breaches(Path directory) throws Exception {
    var contract = new ElectionLoopContractTest();
    contract.directory = directory;
    return contract.breaches();
  }

  /** Ann's loops, and Bob in place of her links. */
  private static final class Scene implements Stage {
    private final Store store;
    private final Play play;
    private final ElectionOptions options;
    private final CountDownLatch hung = new CountDownLatch(1);
    private final List<Left> left = new CopyOnWriteArrayList<>();
    private final ScopeElection election;

    Scene(Store store, Play play) {
      this.store = store;
      this.play = play;
      this.options =
          ElectionOptions.configured(
              ElectionFixture.SCOPE, ANN, store.uuid(), List.of(ANN, BOB), Profile.FAST);
      var clocks = Clocks.system();
      var ports =
          new ElectionPorts(
              store,
              (_, _, frame) -> leaves(frame),
              new Mailbox<>(100, clocks.monotonic()),
              _ -> {},
              new Meters(Map.of()),
              clocks,
              new SplittableRandom(1),
              (_, _) -> {},
              new SharedDisk());
      this.election = opened(ports);
    }

    private ScopeElection opened(ElectionPorts ports) {
      try {
        return ScopeElection.open(options, Steering.Course.FIXED, ports).orThrow();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }

    Told run() throws InterruptedException {
      var threads = new ArrayList<Thread>();
      var failures = new CopyOnWriteArrayList<Exception>();
      play.begin(this);
      for (var loop : election.loops())
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        loop.body().run();
                      } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                      } catch (Exception failed) {
                        failures.add(failed);
                      }
                    }));
      await().atMost(LONG).until(() -> play.isOver() || !failures.isEmpty() || election.isOver());
      release();
      for (var thread : threads) thread.interrupt();
      for (var thread : threads) thread.join();
      return new Told(List.copyOf(left), !failures.isEmpty());
    }

    /** On the loop's thread, in the middle of what it performs. */
    private boolean leaves(Bytes bytes) {
      if (!(ElectCodec.frame(bytes) instanceof Decoded.Whole<Frame>(var frame)))
        throw new AssertionError("not a frame: " + bytes);
      var led = election.authority().isPresent();
      left.add(new Left(frame, led));
      play.heard(frame, led, this);
      return true;
    }

    @Override
    public Header header(long term, RecordId rec) {
      var content = options.first().content();
      var bob = Bytes.utf8("the store of bob");
      return new Header(options.scope(), 1, content.genesis(), term, rec, bob);
    }

    @Override
    public void say(Frame frame) {
      election.inputs().offer(new Input.Received(BOB, frame));
    }

    @Override
    public void hold() {
      Op<Boolean> waits = Op.record("hold", _ -> waited());
      store.submit(waits, _ -> {});
    }

    private boolean waited() {
      try {
        hung.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return true;
    }

    @Override
    public void release() {
      hung.countDown();
    }

    @Override
    public void fail() {
      store.close();
    }

    @Override
    public void stop() {
      election.inputs().offer(new Input.Stop());
    }
  }
}

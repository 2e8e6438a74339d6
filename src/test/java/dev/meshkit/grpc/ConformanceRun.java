package dev.meshkit.grpc;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The conformance suite over our transport alone, in a JVM of its own, under conditions that
 * concern all of it: every buffer watched, or a bad path.
 *
 * <p>{@code <paranoid | lossy> [<test class> …]}: without classes, the whole suite.
 */
public final class ConformanceRun {
  /** Which transport the cases run over; all of them if unset. */
  static final String TRANSPORT = "meshkit.test.transport";

  /** Set if the path loses 1 % at a round trip of 100 ms. */
  static final String LOSSY = "meshkit.test.lossy";

  /** Every class of the suite. */
  static final List<Class<?>> SUITE =
      List.of(
          InteropConformanceTest.class,
          BegunCallsConformanceTest.class,
          BlockingConformanceTest.class,
          MetadataConformanceTest.class,
          CompressionConformanceTest.class,
          LimitsConformanceTest.class,
          MarshallerErrorConformanceTest.class,
          EndingsConformanceTest.class,
          FaultyCodeConformanceTest.class,
          CancellationConformanceTest.class,
          FlowConformanceTest.class,
          ChannelConformanceTest.class,
          WatchersConformanceTest.class);

  private ConformanceRun() {}

  /** Runs it, and prints what failed; exits 0 if nothing did. */
  public static void main(String... args) throws Exception {
    var broken = run(args[0], List.of(args).subList(1, args.length));
    broken.forEach(line -> System.out.println("BROKEN " + line));
    System.exit(broken.isEmpty() ? 0 : 1);
  }

  /** What went wrong, a line each. Once in a JVM: it sets properties that Netty reads once. */
  public static List<String> run(String condition, List<String> classes) throws Exception {
    System.setProperty(TRANSPORT, TransportUnderTest.HTTP_3.name());
    var paranoid = condition.equals("paranoid");
    if (paranoid) Leaks.watch();
    else System.setProperty(LOSSY, "true");
    var broken = new ArrayList<>(played(selected(classes)));
    if (paranoid) {
      broken.addAll(Leaks.found());
      if (!Leaks.areSeen()) broken.add("a leak that was planted was not seen");
    }
    return broken;
  }

  private static List<DiscoverySelector> selected(List<String> classes) {
    var selectors = new ArrayList<DiscoverySelector>();
    if (classes.isEmpty()) {
      SUITE.forEach(test -> selectors.add(DiscoverySelectors.selectClass(test)));
    }
    classes.forEach(name -> selectors.add(DiscoverySelectors.selectClass(name)));
    return selectors;
  }

  private static List<String> played(List<DiscoverySelector> selectors) {
    var played = new Played();
    var request = LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
    LauncherFactory.create().execute(request, played);
    System.out.printf("%d cases, %d passed over%n", played.held, played.skipped);
    if (played.held < 5) played.broken.add("only " + played.held + " cases were played");
    return List.copyOf(played.broken);
  }

  /** Counts what was played. */
  private static final class Played implements TestExecutionListener {
    private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
    private int held;
    private int skipped;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      switch (result.getStatus()) {
        case SUCCESSFUL -> held += test.isTest() ? 1 : 0;
        case ABORTED -> skipped++;
        case FAILED ->
            broken.add(
                test.getUniqueId() + ": " + result.getThrowable().map(String::valueOf).orElse(""));
      }
    }
  }

  /** Netty's own watch over its buffers, told to remember. */
  private static final class Leaks extends ResourceLeakDetectorFactory {
    private static final ConcurrentLinkedQueue<String> REPORTS = new ConcurrentLinkedQueue<>();

    /** Before anything of Netty is used. */
    static void watch() {
      System.setProperty("io.netty.leakDetection.level", "paranoid");
      ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Leaks());
      if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
        throw new IllegalStateException("Netty watches " + ResourceLeakDetector.getLevel());
      }
    }

    /** What was garbage before it was released: buffers allocated now make Netty look. */
    static List<String> found() {
      for (var i = 0; i < 10; i++) {
        System.gc();
        for (var j = 0; j < 100; j++) PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
      }
      return List.copyOf(REPORTS);
    }

    /** Leaks a buffer, to see that it shows: the JVM hands over what is garbage in its own time. */
    static boolean areSeen() {
      leakOne();
      try {
        await().atMost(Duration.ofMinutes(1)).until(Leaks::isFound);
        return true;
      } catch (ConditionTimeoutException _) {
        return false;
      }
    }

    private static boolean isFound() {
      return found().stream().anyMatch(report -> report.contains("leaked on purpose"));
    }

    private static void leakOne() {
      ByteBuf lost = PooledByteBufAllocator.DEFAULT.directBuffer(16);
      lost.touch("leaked on purpose");
    }

    @Deprecated // in Netty too, where it is abstract
    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return remembering(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return remembering(resource, samplingInterval);
    }

    private static <T> ResourceLeakDetector<T> remembering(Class<T> resource, int interval) {
      return new ResourceLeakDetector<>(resource, interval) {
        @Override
        protected void reportTracedLeak(String type, String records) {
          REPORTS.add("LEAK of a " + type + " " + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
          REPORTS.add("LEAK of a " + type);
        }
      };
    }
  }
}

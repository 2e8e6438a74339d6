package dev.meshkit.bench;

import com.google.gson.GsonBuilder;
import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The measuring process of {@link DeliverBench}: arguments are the result file and the parts. */
final class DeliverRun {
  private static final int BODY_BYTES = 256;
  private static final int CALLERS = 256; // of send, which answers when the message is durable
  private static final int NEAR_MESSAGES = 20_000;
  private static final int FAR_MESSAGES = 4_000;
  private static final long ONE_BY_ONE = TimeUnit.SECONDS.toNanos(2);
  private static final int ROUNDS = 5;
  private static final long DELAY_MS = 40; // one way
  private static final Ask FRAME =
      Ask.newBuilder().setBody(ByteString.copyFrom(new byte[BODY_BYTES])).build();

  private final Map<String, Object> numbers = new TreeMap<>();

  private DeliverRun() {}

  /** Measures and leaves the numbers as JSON. */
  public static void main(String... args) throws Exception {
    var parts = Set.copyOf(Arrays.asList(args).subList(1, args.length));
    var run = new DeliverRun();
    if (parts.contains(Apart.INSIDE)) {
      run.far();
    } else {
      if (parts.isEmpty() || parts.contains("near")) run.near();
      if (parts.isEmpty() || parts.contains("far")) {
        run.numbers.putAll(Apart.measure(DeliverRun.class));
      }
    }
    Files.writeString(
        Path.of(args[0]), new GsonBuilder().setPrettyPrinting().create().toJson(run.numbers));
    System.exit(0);
  }

  /** On the loopback. */
  private void near() throws Exception {
    var ends = RpcSide.Ends.loopback();
    try (var side = RpcSide.ours(ends, false);
        var pair = pair(ends)) {
      var channel = side.dial(false);
      plain(channel, 10 * NEAR_MESSAGES);
      rounds("0ms", pair, NEAR_MESSAGES, () -> plain(channel, 5 * NEAR_MESSAGES));
      RpcSide.end(channel);
    }
  }

  /** Where a packet takes 40 ms. */
  private void far() throws Exception {
    var path = SlowPath.open(DELAY_MS, 0);
    var ends = RpcSide.Ends.slow(false);
    try (var side = RpcSide.ours(ends, false);
        var pair = pair(ends)) {
      var channel = side.dial(false);
      plain(channel, NEAR_MESSAGES);
      rounds("80ms", pair, FAR_MESSAGES, () -> plain(channel, NEAR_MESSAGES));
      RpcSide.end(channel);
    }
    path.check();
  }

  private static DeliverPair pair(RpcSide.Ends ends) throws Exception {
    Files.createDirectories(Path.of("target", "bench"));
    var data = Files.createTempDirectory(Path.of("target", "bench").toAbsolutePath(), "deliver");
    return new DeliverPair(data, ends.near(), ends.far(), BODY_BYTES);
  }

  /** Measures something once. */
  @FunctionalInterface
  private interface Measure {
    double run() throws Exception;
  }

  private void rounds(String name, DeliverPair pair, int messages, Measure plain) throws Exception {
    pair.windowed(2 * messages, CALLERS);
    pair.oneByOne(ONE_BY_ONE);
    var ours = new ArrayList<Double>();
    var ones = new ArrayList<Double>();
    var plains = new ArrayList<Double>();
    for (var i = 0; i < ROUNDS; i++) {
      ours.add(pair.windowed(messages, CALLERS));
      ones.add(pair.oneByOne(ONE_BY_ONE));
      plains.add(plain.run());
      System.out.printf(
          "%-5s %,9.0f/s  window of one %,7.1f/s  plain stream %,9.0f/s%n",
          name, ours.getLast(), ones.getLast(), plains.getLast());
    }
    numbers.put(
        "rates_" + name,
        Map.of(
            "deliver",
            spread(ours),
            "window_of_one",
            spread(ones),
            "plain_stream",
            spread(plains)));
    numbers.put("of_window_of_one_" + name, ratio(ours, ones));
    numbers.put("of_plain_stream_" + name, ratio(ours, plains));
  }

  private static Map<String, Double> spread(List<Double> rates) {
    var sorted = rates.stream().sorted().toList();
    return Map.of(
        "median", RpcSample.rounded(sorted.get(sorted.size() / 2)),
        "lowest", RpcSample.rounded(sorted.getFirst()),
        "highest", RpcSample.rounded(sorted.getLast()));
  }

  private static double ratio(List<Double> ours, List<Double> theirs) {
    var ratios = new double[ours.size()];
    for (var i = 0; i < ratios.length; i++) ratios[i] = ours.get(i) / theirs.get(i);
    return RpcSample.rounded(RpcSample.median(ratios));
  }

  /** Messages a second of one client stream of ours, which keeps nothing. */
  private static double plain(ManagedChannel channel, int messages) throws Exception {
    var seen = new CompletableFuture<Answer>();
    var start = System.nanoTime();
    ProbeGrpc.newStub(channel).upload(new Upload(messages, seen));
    var bytes = seen.get(2, TimeUnit.MINUTES).getBytesSeen();
    if (bytes != (long) messages * BODY_BYTES) throw new IllegalStateException("lost " + bytes);
    return messages * 1e9 / (System.nanoTime() - start);
  }

  private static final class Upload implements ClientResponseObserver<Ask, Answer> {
    private final CompletableFuture<Answer> seen;
    private int left;

    Upload(int messages, CompletableFuture<Answer> seen) {
      this.left = messages;
      this.seen = seen;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Ask> call) {
      call.setOnReadyHandler(() -> fill(call));
    }

    private void fill(ClientCallStreamObserver<Ask> call) {
      while (left > 0 && call.isReady()) {
        call.onNext(FRAME);
        if (--left == 0) call.onCompleted();
      }
    }

    @Override
    public void onNext(Answer answer) {
      seen.complete(answer);
    }

    @Override
    public void onError(Throwable failure) {
      seen.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      seen.completeExceptionally(new IllegalStateException("no answer"));
    }
  }
}

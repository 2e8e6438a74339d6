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
import java.util.LinkedHashMap;
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
  private static final int NEAR_MESSAGES = 60_000; // the store's code is compiled by then
  private static final int FAR_MESSAGES = 8_000;
  private static final int NEAR_PLAIN = 100_000;
  private static final int FAR_PLAIN = 20_000;
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
    measure("0ms", RpcSide.Ends.loopback(), NEAR_MESSAGES, NEAR_PLAIN);
  }

  /** Where a packet takes 40 ms. */
  private void far() throws Exception {
    var path = SlowPath.open(DELAY_MS, 0);
    measure("80ms", RpcSide.Ends.slow(false), FAR_MESSAGES, FAR_PLAIN);
    path.check();
  }

  /** Ours, so many messages, beside what keeps nothing, so many. */
  private void measure(String name, RpcSide.Ends ends, int messages, int plain) throws Exception {
    try (var ours = RpcSide.ours(ends, false);
        var theirs = RpcSide.theirs(ends, false);
        var tuned = RpcSide.theirs(ends, true);
        var pair = pair(ends)) {
      var channel = ours.dial(false);
      var netty = theirs.dial(false);
      var direct = tuned.dial(true);
      var others = new LinkedHashMap<String, Measure>();
      others.put("plain_stream", () -> plain(channel, plain));
      others.put("answered_stream", () -> PlainTalk.rate(channel, FRAME, plain, CALLERS));
      others.put("netty_plain_stream", () -> plain(netty, plain));
      others.put("netty_answered_stream", () -> PlainTalk.rate(netty, FRAME, plain, CALLERS));
      others.put("netty_direct_plain_stream", () -> plain(direct, plain));
      others.put(
          "netty_direct_answered_stream", () -> PlainTalk.rate(direct, FRAME, plain, CALLERS));
      for (var other : others.values()) other.run();
      rounds(name, pair, messages, others);
      RpcSide.end(channel);
      RpcSide.end(netty);
      RpcSide.end(direct);
    }
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

  private void rounds(String name, DeliverPair pair, int messages, Map<String, Measure> others)
      throws Exception {
    pair.windowed(2 * messages, CALLERS);
    pair.oneByOne(ONE_BY_ONE);
    var rates = new LinkedHashMap<String, List<Double>>();
    var measures = new LinkedHashMap<String, Measure>();
    measures.put("deliver", () -> pair.windowed(messages, CALLERS));
    measures.put("window_of_one", () -> pair.oneByOne(ONE_BY_ONE));
    measures.putAll(others);
    measures.keySet().forEach(one -> rates.put(one, new ArrayList<>()));
    for (var i = 0; i < ROUNDS; i++) {
      var line = new StringBuilder(name);
      for (var one : measures.entrySet()) {
        rates.get(one.getKey()).add(one.getValue().run());
        line.append("  %s %,.0f/s".formatted(one.getKey(), rates.get(one.getKey()).getLast()));
      }
      System.out.println(line);
    }
    var spreads = new LinkedHashMap<String, Map<String, Double>>();
    rates.forEach((one, all) -> spreads.put(one, spread(all)));
    numbers.put("rates_" + name, spreads);
    for (var other : rates.keySet()) {
      if (other.equals("deliver")) continue;
      numbers.put("of_" + other + "_" + name, ratio(rates.get("deliver"), rates.get(other)));
    }
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

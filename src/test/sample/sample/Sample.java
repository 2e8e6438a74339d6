package sample;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Scope;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Two nodes in one program: one of them leads, and it hands the other a message. */
public final class Sample {
  public static void main(String... args) throws InterruptedException {
    var led = new CountDownLatch(1);
    var home = Path.of(args[0]);
    try (var a = MeshKit.builder(node(home, "a", List.of())).open();
        var b = MeshKit.builder(node(home, "b", List.of(a.endpoint()))).on("orders", order -> {
          IO.println(order.from() + " orders " + order.message().body().utf8());
          return Ack.plain();
        }).open()) {
      a.leadership(Scope.region("eu")).whenLeader(tenure -> led.countDown());
      led.await();
      IO.println("eu/a leads region/eu");
      a.send(b.self(), "orders", Bytes.utf8("42")).orThrow().await(Duration.ofMinutes(4)).orThrow();
    }
  }

  private static MeshConfig node(Path home, String name, List<Endpoint> seeds) {
    return MeshKit.dev(MeshConfig.of("eu", name, home.resolve(name))
        .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
        .withHttp(HttpConfig.off())
        .withDiscovery(new DiscoveryConfig(seeds))).orThrow();
  }
}

package sample;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Two nodes in one program: they elect a leader, and one hands the other a message. */
public final class Sample {
  /** Runs it in the directory given. */
  public static void main(String... args) throws InterruptedException {
    var applied = new CountDownLatch(1);
    var led = new CountDownLatch(1);
    var first = MeshKit.dev(MeshConfig.of("eu", "a", Path.of(args[0], "a"))).orThrow();
    var second = MeshKit.dev(MeshConfig.of("eu", "b", Path.of(args[0], "b"))).orThrow();
    try (var a = MeshKit.builder(first).open();
        var b = MeshKit.builder(second).on("orders", message -> {
          IO.println(message.from() + " says " + message.message().body().utf8());
          applied.countDown();
          return Ack.plain();
        }).open()) {
      a.lead(Scope.region("eu"), tenure -> { IO.println("leading " + tenure.fence().scope()); led.countDown(); });
      led.await();
      b.awaitMember(NodeId.of("eu", "a"), Duration.ofSeconds(30)).orThrow();
      a.send(NodeId.of("eu", "b"), "orders", Bytes.utf8("42")).orThrow().await(Duration.ofSeconds(30)).orThrow();
      applied.await();
    }
  }
}

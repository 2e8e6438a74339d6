package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.wire.Hello;
import dev.meshkit.wire.HelloCodec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T32: Hello refuses a foreign cluster, another name, a disjoint wire range; N and N−1 pass. */
class HelloRulesTest {
  private static final NodeId A = NodeId.of("eu", "a");
  private static final NodeId B = NodeId.of("eu", "b");
  private static final Hello OURS = new Hello("c", A, 1, 3, 4, 0);

  @Test
  void ofTheSameClusterNameAndWireRange() {
    var theirs = new Hello("c", B, 7, 3, 4, 0);
    assertEquals(Result.ok(theirs), judge(theirs));
  }

  @Test
  void neighbouringReleasesInteroperate() {
    assertEquals(true, judge(new Hello("c", B, 7, 2, 3, 0)).isOk());
    assertEquals(true, judge(new Hello("c", B, 7, 4, 5, 0)).isOk());
    assertEquals("MK-NET-005", mk(judge(new Hello("c", B, 7, 1, 2, 0))));
    assertEquals("MK-NET-005", mk(judge(new Hello("c", B, 7, 5, 6, 0))));
  }

  /** What this build says speaks one version, from which neighbours differ by one at one end. */
  @Test
  void thisBuildInteroperatesWithItselfAndWithReleasesThatSpeakItsVersionToo() {
    var now = HelloCodec.WIRE_VERSION;
    var ours = HelloRules.ours(LinkOptions.of(A, "c"));
    assertEquals(List.of(now, now), List.of(ours.wireMin(), ours.wireMax()));
    assertEquals(true, agree(ours, now, now));
    assertEquals(true, agree(ours, now, now + 1));
    assertEquals(true, agree(ours, now - 1, now));
    assertEquals(false, agree(ours, now + 1, now + 1));
    assertEquals(false, agree(ours, now + 1, now + 2));
    assertEquals(false, agree(ours, now - 1, now - 1));
  }

  /** Whether both let the other in; one that does is as bad as none. */
  private static boolean agree(Hello ours, int min, int max) {
    var theirs = new Hello("c", B, 7, min, max, 0);
    var here = HelloRules.judge(ours, B, HelloCodec.hello(theirs));
    var there = HelloRules.judge(theirs, A, HelloCodec.hello(ours));
    assertEquals(here.isOk(), there.isOk());
    if (!here.isOk())
      assertEquals(List.of("MK-NET-005", "MK-NET-005"), List.of(mk(here), mk(there)));
    return here.isOk();
  }

  @Test
  void ofAnotherCluster() {
    assertEquals("MK-NET-006", mk(judge(new Hello("d", B, 7, 3, 4, 0))));
  }

  @Test
  void ofAnotherNodeThanTheCertificates() {
    assertEquals("MK-TLS-032", mk(judge(new Hello("c", A, 7, 3, 4, 0))));
    assertEquals("MK-TLS-032", mk(judge(new Hello("c", NodeId.of("us", "b"), 7, 3, 4, 0))));
  }

  @Test
  void missingOversizedOrBroken() {
    assertEquals("MK-NET-011", mk(HelloRules.judge(OURS, B, Bytes.EMPTY)));
    assertEquals("MK-NET-011", mk(HelloRules.judge(OURS, B, Bytes.utf8("nonsense"))));
    assertEquals("MK-NET-011", mk(HelloRules.judge(OURS, B, Bytes.of(new byte[2000]))));
    assertEquals("MK-NET-011", mk(judge(new Hello("c", B, 7, 4, 3, 0)))); // the wrong way round
    var nameless = dev.meshkit.wire.proto.Hello.newBuilder().setCluster("c").setNode("B").build();
    assertEquals("MK-NET-011", mk(HelloRules.judge(OURS, B, Bytes.of(nameless.toByteArray()))));
  }

  /** Design §11: at most 1 KiB, of which nothing is read if it is more. */
  @Test
  void ofTheMostBytesAndOfOneMore() {
    var rest = HelloCodec.hello(new Hello("d".repeat(200), B, 7, 3, 4, 0)).size() - 200;
    var most = "d".repeat(HelloCodec.MAX_BYTES - rest);
    assertEquals(1 << 10, HelloCodec.hello(new Hello(most, B, 7, 3, 4, 0)).size());
    assertEquals("MK-NET-006", mk(judge(new Hello(most, B, 7, 3, 4, 0))));
    assertEquals("MK-NET-011", mk(judge(new Hello(most + "d", B, 7, 3, 4, 0))));
  }

  private static Result<Hello> judge(Hello theirs) {
    return HelloRules.judge(OURS, B, HelloCodec.hello(theirs));
  }

  private static String mk(Result<?> refused) {
    return assertInstanceOf(Result.Err.class, refused).error().details().get("mk");
  }
}

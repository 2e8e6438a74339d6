package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.GateConfig;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G9, G25, G27: what a plan says where it is refused, and the end of a version, on real nodes. */
@Timeout(300)
class GateRetireTest extends GateMesh {
  /** G9, G25: what nobody has used for long enough is retired, for good: its port is closed. */
  @Test
  void aVersionThatNobodyUsesAnyMoreIsRetiredForGood() throws Exception {
    gates = GateConfig.defaults().withRetireSoak(Duration.ofSeconds(1));
    try (var n2 = open("us", "n2");
        var n3 = open("us", "n3", n2.members().getFirst().at())) {
      await().atMost(LONG).until(() -> isLed("n2", "region/us") && isLed("n2", "global"));
      await().atMost(LONG).until(() -> road("n2", "n3").equals("H3"));
      assertEquals(0, run("n2", "gate set " + TRANSPORT + " --version 1 --reason there").exit());
      await().atMost(LONG).until(() -> road("n2", "n3").equals("LEGACY"));
      assertTrue(!legacy("n2").isEmpty() && !legacy("n3").isEmpty());
      assertEquals(0, run("n2", "gate set " + TRANSPORT + " --version 2 --reason back").exit());
      await().atMost(LONG).until(() -> road("n2", "n3").equals("H3"));
      assertTrue(!legacy("n2").isEmpty(), "it may be rolled back to");
      var retire = "gate retire " + TRANSPORT + " --below 2 --reason over";
      await().atMost(LONG).until(() -> run("n2", retire).exit() == 0);
      await().atMost(LONG).until(() -> legacy("n2").isEmpty() && legacy("n3").isEmpty());
      for (var line :
          List.of("gate rollback " + TRANSPORT, "gate rollback " + TRANSPORT + " --to 1")) {
        var back = run("n3", line + " --reason alarm");
        assertTrue(back.exit() != 0 && !back.err().isEmpty(), back.out());
      }
      n3.send(NodeId.of("us", "n2"), "orders", Bytes.utf8("on")).orThrow();
      await().atMost(LONG).until(() -> got.contains("n2 on"));
      n3.close();
      try (var again = open("us", "n3", n2.members().getFirst().at())) {
        await().atMost(LONG).until(() -> road("n3", "n2").equals("H3"));
        assertEquals("", legacy("n3"));
        var gate = items("n3", "gate show " + TRANSPORT).get(0).getAsJsonObject();
        assertEquals("2 2", text(gate, "version", "min"), gate::toString);
        assertEquals(2, again.members().size());
      }
    }
  }

  /**
   * G27: a plan says who would flip and who cannot also where it is refused, because of those or
   * because it is frozen; tenants that this node has decided for are found by themselves.
   */
  @Test
  void aRefusedPlanSaysWhoCannotAndWhoWouldFlip() throws Exception {
    var name = "shop::tax";
    var tax = Change.of(name).supports(1, 2).keyedBy(SubjectKey.TENANT);
    try (var n1 = open("eu", "n1");
        var n2 = open("eu", "n2", n1.members().getFirst().at())) {
      await().atMost(LONG).until(() -> isLed("n1", "global"));
      var none = run("n1", "gate plan meshkit::transport::eu --version 1");
      assertEquals(0, none.exit(), none.err());
      MeshKit.gate(n1).declare(tax);
      MeshKit.gate(n2).declare(Change.of(name).supports(1, 1).keyedBy(SubjectKey.TENANT));
      var empty = run("n1", "gate plan shop::tax --version 2");
      assertTrue(empty.out().contains("name tenants with --subject"), empty::out);
      for (var tenant : List.of("acme", "initech"))
        MeshKit.gate(n1).decide(tax, Subject.tenant(tenant)).orThrow();
      // n2 cannot
      await()
          .atMost(LONG)
          .until(
              () ->
                  json("n1", "gate plan shop::tax --version 2").getAsJsonArray("cannot").size()
                      == 1);
      var plan = json("n1", "gate plan shop::tax --version 2 --subject zed");
      assertEquals("1 2", text(plan, "from", "to"), plan::toString);
      assertTrue(
          plan.get("refused").getAsString().contains("eu/n2 cannot run version 2"), plan::toString);
      assertEquals("3 0", text(plan, "flipping", "staying"), plan::toString);
      assertTrue(plan.getAsJsonArray("cannot").get(0).toString().contains("n2"), plan::toString);
      assertEquals(6, run("n1", "gate set shop::tax --version 2 --reason on").exit());
      // nor may anybody, once it is frozen
      assertEquals(0, run("n1", "gate freeze shop::tax --reason alarm").exit());
      var frozen = json("n1", "gate plan shop::tax --version 2 --force");
      assertTrue(frozen.get("refused").getAsString().contains("it is frozen"), frozen::toString);
      assertEquals("1 2", text(frozen, "from", "to"), frozen::toString);
      assertEquals("2 0", text(frozen, "flipping", "staying"), frozen::toString);
      var person = run("n1", "gate plan shop::tax --version 2").out();
      assertTrue(person.contains("; if it were not:\n2 flip\n  acme  v1 → v2"), person);
      assertTrue(person.contains("n2 cannot run v2: "), person);
    }
  }
}

package dev.meshkit.control;

import dev.meshkit.control.proto.EffectItem;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectResolved;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GateExplanation;
import dev.meshkit.control.proto.GateItem;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.control.proto.RunAbandoned;
import dev.meshkit.control.proto.RunItem;
import java.util.List;

/** What a {@link FakeNode} says of gates and effects. */
final class FakeGates {
  private FakeGates() {}

  static List<GateItem> items() {
    return List.of(
        item("shop::tax").build(),
        GateItem.newBuilder()
            .setChange("meshkit::transport::eu")
            .setScope("region/eu")
            .setVersion(2)
            .setPrior(2)
            .setMin(1)
            .setMax(2)
            .setPercent(100)
            .setRecord("1/7.19")
            .build(),
        GateItem.newBuilder()
            .setChange("shop::till")
            .setScope("global")
            .setError(
                Reason.newBuilder()
                    .setCode("error.payload.malformed")
                    .setText("error.payload.malformed: reading the entry: bad; compare builds"))
            .build());
  }

  private static GateItem.Builder item(String change) {
    return GateItem.newBuilder()
        .setChange(change)
        .setScope("global")
        .setCommitted(true)
        .setVersion(2)
        .setPrior(1)
        .setMin(1)
        .setMax(3)
        .setPercent(12.5)
        .addInclude("acme")
        .addExclude("zed*")
        .setFrozen(true)
        .setEpoch(9_007_199_254_740_993L)
        .setRecord("1/7.19")
        .setActor("eu/n1 ana@n1")
        .setReason("pilot \u001b[2J")
        .setOtherRuns(2)
        .setAt(FakeNode.at(-60));
  }

  static GateItem shown(String change) {
    return item(change)
        .addNodes(
            GateItem.Node.newBuilder()
                .setNode("n1")
                .setAnswered(true)
                .setMin(1)
                .setMax(3)
                .setAdoptedEpoch(4)
                .addInUse(1)
                .addInUse(2))
        .addNodes(GateItem.Node.newBuilder().setNode("n4").setAnswered(true))
        .addNodes(GateItem.Node.newBuilder().setNode("n5"))
        .build();
  }

  static GatePlan plan(GateOrder order) {
    return GatePlan.newBuilder()
        .setChange(order.change())
        .setScope("region/us")
        .setFrom(2)
        .setTo(1)
        .setPercent(50)
        .setRecord("1/7.19")
        .setEntry("v1 (prior 2, window 1..2, 5000 of 10000, epoch 4)")
        .addFlips(line("us/n4|us/n5", 1, "bucket 2907 < 5000", 2_907))
        .addStays(line("eu/n1|us/n4", 2, "bucket 7733 >= 5000", 7_733))
        .addCannot(GateItem.Node.newBuilder().setNode("n7").setAnswered(true).setMin(2).setMax(2))
        .setRefused("us/n7 cannot run version 1")
        .setFlipping(1)
        .setStaying(1)
        .build();
  }

  private static GatePlan.Line line(String subject, int to, String because, int bucket) {
    return GatePlan.Line.newBuilder()
        .setSubject(subject)
        .setFrom(2)
        .setTo(to)
        .setBecause(because)
        .setBucket(bucket)
        .build();
  }

  static GateChanged changed(GateOrder order) {
    return GateChanged.newBuilder()
        .setChange(order.change())
        .setScope("region/us")
        .setDryRun(order.dryRun())
        .setBefore("v2 (prior 2)")
        .setAfter("v1 (prior 2)")
        .setVersion(9_007_199_254_740_993L)
        .setRecord("1/7.20")
        .addRefusing("n7")
        .build();
  }

  static GateExplanation explained(String change, String subject) {
    return GateExplanation.newBuilder()
        .setChange(change)
        .setSubject(subject)
        .setVersion(3)
        .setSource(GateExplanation.Source.COMMITTED)
        .setEpoch(9_007_199_254_740_993L)
        .setRecord("1/7.19")
        .setBecause("bucket 1841 < 2500")
        .setSupportsMin(1)
        .setSupportsMax(2)
        .setRefused(
            Reason.newBuilder().setCode("error.version.conflict").setText("this build runs 1..2"))
        .setLastChange("ana@n1: pilot")
        .setAdoptedAt(FakeNode.at(-60))
        .addInUse(2)
        .setInUseSince(FakeNode.at(-30))
        .setBucket(1_841)
        .setOtherRuns(3)
        .addChain(clause("baseline", false, "committed: v3"))
        .addChain(clause("exclude", false, "no pattern"))
        .addChain(clause("include", false, "no pattern"))
        .addChain(clause("rollout", true, "bucket 1841 < 2500"))
        .build();
  }

  private static GateExplanation.Clause clause(String rule, boolean matched, String text) {
    return GateExplanation.Clause.newBuilder()
        .setRule(rule)
        .setMatched(matched)
        .setText(text)
        .build();
  }

  static EffectList effects() {
    return EffectList.newBuilder()
        .addItems(
            EffectItem.newBuilder()
                .setRun("shop::pay::v1::42")
                .setChange("shop::pay")
                .setVersion(1)
                .setKey("42")
                .setN(3)
                .setStep("charge")
                .setOccurrence(2)
                .setMode(EffectItem.Mode.AT_MOST_ONCE)
                .setState(EffectItem.State.IN_DOUBT)
                .setToken("00112233445566778899aabbccddeeff")
                .setTries(1)
                .setType("text@1")
                .setAt(FakeNode.at(-7))
                .setError(
                    Reason.newBuilder().setCode("error.timeout").setText("calling: no answer")))
        .setTotal(1_234)
        .build();
  }

  static List<RunItem> runs() {
    return List.of(
        RunItem.newBuilder()
            .setRun("shop::pay::v1::42")
            .setChange("shop::pay")
            .setVersion(1)
            .setKey("42")
            .setSubject("acme")
            .setEpoch(3)
            .setState(RunItem.State.PARKED)
            .setBuild("1.0")
            .setBegan(FakeNode.at(-60))
            .build());
  }

  static RunAbandoned abandoned(RunOrder order) {
    return RunAbandoned.newBuilder().setRun(order.run()).setDryRun(order.dryRun()).build();
  }

  static Forgot forgot(ForgetOrder order) {
    return Forgot.newBuilder()
        .setNode(order.node())
        .setUndone(order.undo())
        .setDryRun(order.dryRun())
        .setMessages(order.undo() ? 0 : 3)
        .setLanes(order.undo() ? 0 : 1)
        .setPaused(order.undo() ? 0 : 2)
        .setAudit(order.dryRun() ? 0 : 9)
        .build();
  }

  static EffectResolved resolved(EffectOrder order) {
    return EffectResolved.newBuilder()
        .setRun(order.run())
        .setStep(order.step())
        .setOccurrence(order.occurrence())
        .setDone(order.done())
        .setDryRun(order.dryRun())
        .build();
  }
}

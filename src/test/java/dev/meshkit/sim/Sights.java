package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Frame;
import dev.meshkit.election.HaltCause;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Verdict;
import dev.meshkit.election.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an exploration shows its oracles, all of one scope. */
final class Sights {
  private Sights() {}

  /** What a disk holds now. */
  static Sight stored(NodeId node, Durable disk) {
    return new Sight.Stored(
        node, fence(disk.record(), disk.term()), disk.voted(), at(disk.record().id()));
  }

  /** Which record it holds, in which term. */
  static Sight held(NodeId node, Bytes store, Durable disk) {
    return new Sight.Held(
        node, store.hex(), fence(disk.record(), disk.term()), kept(disk.record()));
  }

  /** A record is taken for committed. */
  static Sight viewed(NodeId node, ScopeRecord view) {
    return new Sight.Viewed(node, fence(view, view.id().term()), kept(view));
  }

  /** Somebody was told that a command is committed. */
  static Optional<Sight> applied(Scope scope, Bytes command, Verdict verdict) {
    return verdict instanceof Verdict.Applied(var version)
        ? Optional.of(new Sight.Applied(scope, command.utf8(), version))
        : Optional.empty();
  }

  /** A core met another leader of its term. */
  static Optional<Sight> split(NodeId node, HaltCause cause) {
    return cause == HaltCause.SPLIT ? Optional.of(new Sight.Split(node)) : Optional.empty();
  }

  /** What a frame that leaves shows. */
  static List<Sight> sent(NodeId from, NodeId to, Frame frame) {
    var header = frame.header();
    var term = new Fence(header.scope(), header.generation(), header.term());
    var all = new ArrayList<Sight>();
    all.add(new Sight.Claimed(from, term, at(header.rec())));
    switch (frame.message()) {
      case Frame.Beat _ -> all.add(new Sight.Won(from, term));
      case Frame.Ask ask when !ask.pre() ->
          all.add(new Sight.Granted(from, in(term, ask.term()), from));
      case Frame.Answer answer when answer.why() == Why.GRANTED && header.term() >= answer.term() ->
          all.add(new Sight.Granted(from, in(term, answer.term()), to));
      case Frame.RecordPut(var record, var committed) when !committed ->
          all.add(new Sight.Offered(from, term, kept(record)));
      case Frame.Ask _,
          Frame.Answer _,
          Frame.BeatAck _,
          Frame.TimeoutNow _,
          Frame.StepDown _,
          Frame.RecordPut _,
          Frame.RecordGet _,
          Frame.Survey _,
          Frame.Holds _,
          Frame.Withholds _,
          Frame.Boot _,
          Frame.Quarantine _ -> {}
    }
    return all;
  }

  private static Fence in(Fence fence, long term) {
    return new Fence(fence.scope(), fence.generation(), term);
  }

  private static Fence fence(ScopeRecord record, long term) {
    return new Fence(Scope.GLOBAL, record.content().generation(), term);
  }

  private static Sight.RecordAt at(RecordId id) {
    return new Sight.RecordAt(id.term(), id.version());
  }

  private static Sight.Kept kept(ScopeRecord record) {
    var content = record.content();
    var voters =
        content.voters().stream()
            .map(v -> v.store().isEmpty() ? v.node().toString() : v.node() + " " + v.store().hex())
            .toList();
    var applied = content.applied().stream().map(Bytes::utf8).toList();
    return new Sight.Kept(at(record.id()), content.hash().hex(), voters, applied);
  }
}

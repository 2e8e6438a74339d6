package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Region;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.Seat;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A fault as one line of a {@code .sim} file: virtual nanoseconds, a verb, its arguments. */
final class OpText {
  private final String line;
  private final String[] words;
  private int next;

  private OpText(String line) {
    this.line = line;
    this.words = line.strip().split(" +");
  }

  /** The line that {@link #parse} reads back. */
  static String of(Op.Timed timed) {
    return timed.at() + " " + text(timed.op());
  }

  private static String text(Op op) {
    return switch (op) {
      case Op.Cut(var shape, var links) ->
          "cut " + shape + links.stream().map(l -> " " + l).collect(Collectors.joining());
      case Op.Isolate(var node, var send, var receive) -> words("isolate", node, send, receive);
      case Op.Heal() -> "heal";
      case Op.Weather(var loss, var doubled, var delay) -> words("weather", loss, doubled, delay);
      case Op.Crash(var node, var moment, var keep) -> words("crash", node, moment, keep);
      case Op.Restart(var node) -> words("restart", node);
      case Op.Pause(var node, var nanos) -> words("pause", node, nanos);
      case Op.Stall(var node, var nanos) -> words("stall", node, nanos);
      case Op.Skew(var node, var nanos) -> words("skew", node, nanos);
      case Op.Slow(var node, var factor, var nanos) -> words("slow", node, factor, nanos);
      case Op.Rate(var node, var drift, var nanos) -> words("rate", node, drift, nanos);
      case Op.Suspend(var node, var nanos) -> words("suspend", node, nanos);
      case Op.Step(var node, var nanos, var wall) -> words("step", node, nanos, wall);
      case Op.Leave(var node) -> words("leave", node);
      case Op.Mumble(var node, var loss) -> words("mumble", node, loss);
      case Op.Lag(var node, var send, var receive) -> words("lag", node, send, receive);
      case Op.Wipe(var node) -> words("wipe", node);
      case Op.Rollback(var node, var age) -> words("rollback", node, age);
      case Op.Recover(var node) -> words("recover", node);
      case Op.Revive(var node, var shown) -> words("revive", node, shown);
      case Op.Lie(var node) -> words("lie", node);
      case Op.Fail(var node, var nanos, var full) -> words("fail", node, nanos, full);
      case Op.Clone(var node, var copy) -> words("clone", node, copy);
      case Op.Intrude(var node, var ahead) -> words("intrude", node, ahead);
      case Op.Boast(var node, var scope, var leader, var ahead, var nanos) ->
          words("boast", node, scope, leader, ahead, nanos);
      case Op.Invent(var node, var scope, var ahead, var nanos) ->
          words("invent", node, scope, ahead, nanos);
      case Op.Forge(var node, var to, var kind, var ahead) -> words("forge", node, to, kind, ahead);
      case Op.Hand(var node, var to) -> words("hand", node, to);
      case Op.Act(var node, var nanos) -> words("act", node, nanos);
      case Op.Order(var node, var id, var seen, var change) ->
          words("order", node, id, seen) + " " + text(change);
    };
  }

  private static String text(Change change) {
    return switch (change) {
      case Change.SetGate(var g) ->
          words("gate", g.change(), g.version(), g.min(), g.max(), "x" + g.rollout().hex())
              + " "
              + g.epoch();
      case Change.SetRank(var voter, var rank) -> words("rank", voter, rank);
      case Change.AddVoter(var s) -> words("add", s.node(), "x" + s.store().hex(), s.rank());
      case Change.RemoveVoter(var voter) -> words("remove", voter);
      case Change.Revoke(var r) ->
          words("revoke", "x" + r.key().hex(), "n" + r.node(), r.notAfter().toEpochMilli());
      case Change.Unrevoke(var key, var node) -> words("unrevoke", "x" + key.hex(), "n" + node);
      case Change.SetParams(var longest, var rho) -> words("params", longest.toMillis(), rho);
      case Change.AddRegion(var name, var s) ->
          words("region", name, s.node(), "x" + s.store().hex(), s.rank());
      case Change.RenewRegion(var r) ->
          words(
                  "renew",
                  r.name(),
                  r.generation(),
                  r.founder().node(),
                  "x" + r.founder().store().hex())
              + " "
              + r.founder().rank();
    };
  }

  private static String words(Object... words) {
    return Arrays.stream(words).map(Object::toString).collect(Collectors.joining(" "));
  }

  /** Reads one line; {@link IllegalArgumentException} says what is wrong with it. */
  static Op.Timed parse(String line) {
    var text = new OpText(line);
    try {
      var timed = new Op.Timed(text.number(), text.op());
      if (text.next < text.words.length) throw text.wrong("too many words");
      return timed;
    } catch (NumberFormatException broken) {
      throw text.wrong("no number: " + broken.getMessage());
    }
  }

  private Op op() {
    var verb = word();
    return switch (verb) {
      case "cut" -> new Op.Cut(word(), links());
      case "isolate" -> new Op.Isolate(node(), flag(), flag());
      case "heal" -> new Op.Heal();
      case "weather" -> new Op.Weather(real(), real(), real());
      case "crash" -> new Op.Crash(node(), Op.Moment.valueOf(word()), real());
      case "restart" -> new Op.Restart(node());
      case "pause" -> new Op.Pause(node(), number());
      case "stall" -> new Op.Stall(node(), number());
      case "skew" -> new Op.Skew(node(), number());
      case "slow" -> new Op.Slow(node(), node(), number());
      case "rate" -> new Op.Rate(node(), real(), number());
      case "suspend" -> new Op.Suspend(node(), number());
      case "step" -> new Op.Step(node(), number(), flag());
      case "lag" -> new Op.Lag(node(), flag(), flag());
      case "wipe" -> new Op.Wipe(node());
      case "rollback" -> new Op.Rollback(node(), real());
      case "recover" -> new Op.Recover(node());
      case "revive" -> new Op.Revive(node(), flag());
      case "lie" -> new Op.Lie(node());
      case "fail" -> new Op.Fail(node(), number(), flag());
      case "clone" -> new Op.Clone(node(), node());
      case "intrude" -> new Op.Intrude(node(), number());
      case "boast" -> new Op.Boast(node(), Scope.parse(word()), node(), number(), number());
      case "invent" -> new Op.Invent(node(), Scope.parse(word()), number(), number());
      case "forge" -> new Op.Forge(node(), node(), Op.Forged.valueOf(word()), number());
      case "leave" -> new Op.Leave(node());
      case "mumble" -> new Op.Mumble(node(), real());
      case "act" -> new Op.Act(node(), number());
      case "hand" -> new Op.Hand(node(), NodeId.parse(word()));
      case "order" -> new Op.Order(node(), word(), flag(), change());
      default -> throw wrong("no such fault: " + verb);
    };
  }

  private Change change() {
    var kind = word();
    return switch (kind) {
      case "gate" -> new Change.SetGate(gate());
      case "rank" -> new Change.SetRank(NodeId.parse(word()), node());
      case "add" -> new Change.AddVoter(new Seat(NodeId.parse(word()), bytes(), node()));
      case "remove" -> new Change.RemoveVoter(NodeId.parse(word()));
      case "revoke" ->
          new Change.Revoke(new Revocation(bytes(), anybody(), Instant.ofEpochMilli(number())));
      case "unrevoke" -> new Change.Unrevoke(bytes(), anybody());
      case "params" -> new Change.SetParams(Duration.ofMillis(number()), node());
      case "region" ->
          new Change.AddRegion(word(), new Seat(NodeId.parse(word()), bytes(), node()));
      case "renew" ->
          new Change.RenewRegion(
              new Region(word(), node(), new Seat(NodeId.parse(word()), bytes(), node())));
      default -> throw wrong("no such change: " + kind);
    };
  }

  private NodeId anybody() {
    var name = word().substring(1);
    return name.isEmpty() ? NodeId.NOBODY : NodeId.parse(name);
  }

  private Gate gate() {
    return new Gate(word(), node(), node(), node(), bytes(), number());
  }

  private Bytes bytes() {
    return Bytes.hex(word().substring(1));
  }

  private List<Link> links() {
    var rest = Arrays.stream(words, next, words.length).map(this::link).toList();
    next = words.length;
    return rest;
  }

  private Link link(String text) {
    var ends = text.replace("n", "").split(">");
    if (ends.length != 2) throw wrong("no link: " + text);
    return new Link(Integer.parseInt(ends[0]) - 1, Integer.parseInt(ends[1]) - 1);
  }

  private String word() {
    if (next == words.length) throw wrong("a word is missing");
    return words[next++];
  }

  private int node() {
    return Integer.parseInt(word());
  }

  private long number() {
    return Long.parseLong(word());
  }

  private double real() {
    return Double.parseDouble(word());
  }

  private boolean flag() {
    return switch (word()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("neither true nor false: " + words[next - 1]);
    };
  }

  private IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException("'" + line + "': " + why);
  }
}

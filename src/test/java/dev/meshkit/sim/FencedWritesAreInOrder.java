package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.sim.CasHistory.Answer;
import dev.meshkit.sim.CasHistory.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * S5, V18. A violation means that what compares fences is not protected by it: a leader that was
 * deposed changed something after its successor had seen it, or who has authority was refused. Each
 * leader reads a number, and replaces it by one more when it may have lost its authority; that some
 * order explains what they read and wrote is looked for as for the changes of a record.
 *
 * <p>Where clocks do what they are promised not to do, two may have authority at one instant: the
 * older one is refused then, and that is what a fence is for.
 */
final class FencedWritesAreInOrder implements Oracle {
  private final Map<Scope, Fence> highest = new TreeMap<>();
  private final Map<Scope, List<Call>> calls = new TreeMap<>();
  private final Map<String, Integer> open = new TreeMap<>();
  private final boolean one;
  private int clock;

  /** Nobody who has authority may be refused. */
  FencedWritesAreInOrder() {
    this(true);
  }

  private FencedWritesAreInOrder(boolean one) {
    this.one = one;
  }

  /** Of clocks that promise nothing: whoever has authority may be refused after a later one. */
  static FencedWritesAreInOrder ofTwo() {
    return new FencedWritesAreInOrder(false);
  }

  @Override
  public String name() {
    return "S5";
  }

  @Override
  public String see(Sight sight) {
    clock++;
    return switch (sight) {
      case Sight.Refused(var node, var fence, var holds) -> refused(node, fence, holds);
      case Sight.ReadUnder(var node, var fence, var value) -> read(node, fence, value);
      case Sight.WroteUnder(var node, var fence, var value) -> wrote(node, fence, value);
      case Sight.Stopped(var node) -> {
        open.keySet().removeIf(key -> key.startsWith(node + " "));
        yield "";
      }
      case Sight.Calm _ -> calm();
      default -> "";
    };
  }

  /** Of an older generation somebody may have authority for a while: nobody has asked it. */
  private String refused(NodeId node, Fence fence, boolean holds) {
    open.remove(node + " " + fence);
    var seen = highest.get(fence.scope());
    return one && holds && seen != null && seen.generation() == fence.generation()
        ? node + " has authority by " + fence + " and is refused after " + seen
        : "";
  }

  private String read(NodeId node, Fence fence, long value) {
    var own = calls.computeIfAbsent(fence.scope(), _ -> new ArrayList<>());
    open.put(node + " " + fence, own.size());
    own.add(Call.open(clock, "w" + own.size(), value));
    return seen(node, fence);
  }

  private String wrote(NodeId node, Fence fence, long value) {
    var which = open.remove(node + " " + fence);
    if (which == null) return node + " wrote by " + fence + " what it had not read";
    var own = calls.getOrDefault(fence.scope(), List.of());
    own.set(which, own.get(which).answered(clock, Answer.APPLIED, value));
    return seen(node, fence);
  }

  private String seen(NodeId node, Fence fence) {
    var before = highest.getOrDefault(fence.scope(), fence);
    highest.put(fence.scope(), fence);
    return fence.compareTo(before) < 0
        ? node + " is let in by " + fence + " after " + before.text()
        : "";
  }

  private String calm() {
    for (var scope : calls.keySet())
      if (!CasHistory.isLinearizable(calls.get(scope), calls.get(scope).getFirst().expected()))
        return "no order explains what was written under fences of " + scope + ": " + calls;
    return "";
  }
}

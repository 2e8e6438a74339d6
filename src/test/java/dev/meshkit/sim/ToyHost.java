package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A core for the engine's own tests: counts ticks on disk and tells everybody the durable count.
 */
final class ToyHost implements Host {
  /** The name under which its frames travel. */
  static final String CORE = "toy";

  private final SimNode node;
  private final SimDisk<Long> disk;
  private final boolean stuck;
  private final Instant began;
  private List<Reign> reign = List.of(); // none or one
  private Instant due;
  private long counted;
  private long heard;

  /** {@code stuck}: never moves the time at which it wants to be woken. */
  ToyHost(SimNode node, SimDisk<Long> disk, boolean stuck) {
    this.stuck = stuck;
    this.node = node;
    this.disk = disk;
    this.counted = disk.durable();
    this.began = node.monotonic();
    this.due = began;
  }

  /** Authority that it has for a time of its own, of which it tells nobody. */
  record Reign(Fence fence, Duration from, Duration until) {}

  /** With authority for a while. */
  ToyHost reigning(Reign during) {
    reign = List.of(during);
    return this;
  }

  @Override
  public void start() {}

  @Override
  public void receive(int from, Object frame) {
    heard += (Long) frame;
    node.world().note(node.id() + " hears " + frame + " from " + from + ", " + heard + " in all");
  }

  @Override
  public void wake() {
    if (stuck) return;
    due = node.monotonic().plus(Duration.ofMillis(100));
    counted++;
    node.perform(List.of(counted, counted), _ -> true, count -> node.commit(disk, CORE, count));
  }

  @Override
  public void durable() {
    var count = disk.complete();
    for (var peer = 0; peer < node.world().nodes().size(); peer++)
      if (peer != node.number()) node.send(peer, CORE, count);
  }

  @Override
  public void timer(Object what) {}

  @Override
  public void crash(double keep) {
    disk.crash(keep);
  }

  @Override
  public void order(Op.Order order) {} // no scope here

  @Override
  public void intrude(long ahead) {} // nobody votes here

  @Override
  public void leave() {
    node.exit();
  }

  @Override
  public Instant due() {
    return due;
  }

  @Override
  public void report(Census census) {}

  @Override
  public void stall(long until) {
    disk.stall(until);
  }

  @Override
  public Optional<Fence> authority() {
    var now = node.monotonic();
    return reign.stream()
        .filter(
            mine -> !now.isBefore(began.plus(mine.from)) && now.isBefore(began.plus(mine.until)))
        .map(Reign::fence)
        .findFirst();
  }
}

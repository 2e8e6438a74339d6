package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Peers;
import dev.meshkit.election.Profile;
import dev.meshkit.election.StoreContract;
import java.nio.file.Path;
import java.util.List;

/** V20: the simulator's disk, and what its leaders act upon, keep what the tables keep. */
public class SimStoreContractTest extends StoreContract {
  private static final long LONG = Seconds.of(99);

  @Override
  protected Place begin() {
    var store = ElectionRuns.store(ANN, 0);
    var options = ElectionOptions.configured(SCOPE, ANN, store, List.of(ANN, BOB), Profile.FAST);
    var blank = Image.fresh(Durable.fresh(options.first()));
    return new Model(new SimDisk<>(new Draws(1), blank));
  }

  /** Called in a mutant's own world: which rules are broken there. */
  public static String breaches(Path unused) throws Exception {
    return new SimStoreContractTest().breaches();
  }

  private static final class Model implements Place {
    private final SimDisk<Image> disk;
    private final FencedRegister register = new FencedRegister();
    private Image image;
    private long now;

    Model(SimDisk<Image> disk) {
      this.disk = disk;
      this.image = start();
    }

    private Image start() {
      var booted = disk.durable().booted();
      disk.write(booted);
      return booted;
    }

    @Override
    public Durable found() {
      return image.durable();
    }

    @Override
    public boolean save(Durable next) {
      now = disk.commit(new Image(image.boot(), next, Peers.NONE), now);
      return disk.ended().isPresent();
    }

    @Override
    public void fail() {
      disk.fail(now + LONG, true);
    }

    /** Nothing is pending: a crash keeps all that completed. */
    @Override
    public void kill() {
      disk.crash(0);
      image = start();
    }

    @Override
    public boolean change(Fence fence, long value) {
      return register.write(fence, value);
    }

    /** As any later leader reads it. */
    @Override
    public long value() {
      return register.read(new Fence(SCOPE, 99, 1)).orElseThrow();
    }

    @Override
    public void close() {}
  }
}

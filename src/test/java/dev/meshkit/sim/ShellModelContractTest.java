package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.OutboxContract;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** V6: the simulator's model of the loops keeps what the loops keep. */
public class ShellModelContractTest extends OutboxContract {
  private static final String CORE = Scope.GLOBAL.text();
  private static final long LONG = Seconds.of(0.5);

  @Override
  protected Told run(Play play) {
    var nodes = List.of(ANN, BOB);
    var ann = new ElectionRuns.Boot(List.of(Scope.GLOBAL), nodes, Profile.FAST, true);
    var bob = new Bob(play);
    Cores boot =
        new Cores() {
          @Override
          public SortedMap<String, Host> hosts(SimNode node) {
            return node.id().equals(ANN) ? ann.hosts(node) : bob.at(node);
          }

          @Override
          public void damage(SimNode node, java.util.function.Consumer<SimDisk<?>> how) {
            ann.damage(node, how);
          }
        };
    var climate = SimNetwork.Climate.LAN.streamed();
    var ten = Seconds.of(10);
    var setup =
        new Setup(nodes, List.of(Scope.GLOBAL), climate, ten, 1, List.of(), boot, bob.eye());
    var outcome = new Simulation(setup, 1, new Transcript(List.of())).run("contract");
    if (!outcome.passed()) throw new AssertionError(outcome.report());
    return new Told(bob.left, !bob.ann().running());
  }

  /** Called in a mutant's own world: which rules are broken there. */
  public static String breaches(Path unused) throws Exception {
    return new ShellModelContractTest().breaches();
  }

  /** Bob, and an observer at Ann's door. */
  private static final class Bob implements InertHost, Stage {
    private final Play play;
    private final List<Left> left = new ArrayList<>();
    private List<SimNode> node = List.of(); // one, from the beginning on

    Bob(Play play) {
      this.play = play;
    }

    SortedMap<String, Host> at(SimNode here) {
      node = List.of(here);
      var hosts = new TreeMap<String, Host>();
      hosts.put(CORE, this);
      return hosts;
    }

    SimNode ann() {
      return node.getFirst().world().nodes().getFirst();
    }

    private boolean led() {
      return Objects.requireNonNull(ann().hosts().get(CORE)).authority().isPresent();
    }

    /** Frames are seen as they leave, before the network has them. */
    List<Oracle> eye() {
      return List.of(
          new Oracle() {
            @Override
            public String name() {
              return "V6";
            }

            @Override
            public String see(Sight sight) {
              if (sight instanceof Sight.Sent(var from, var frame) && from.equals(ANN))
                left.add(new Left(frame, led()));
              return "";
            }
          });
    }

    @Override
    public void start() {
      play.begin(this);
    }

    @Override
    public void receive(int from, Object frame) {
      play.heard((Frame) frame, led(), this);
    }

    @Override
    public Header header(long term, RecordId rec) {
      var store = ElectionRuns.store(BOB, 0);
      var options =
          ElectionOptions.configured(Scope.GLOBAL, BOB, store, List.of(ANN, BOB), Profile.FAST);
      return new Header(Scope.GLOBAL, 1, options.first().content().genesis(), term, rec, store);
    }

    @Override
    public void say(Frame frame) {
      node.getFirst().send(0, CORE, frame);
    }

    @Override
    public void hold() {
      ann().stall(LONG);
    }

    @Override
    public void release() {} // by itself

    @Override
    public void fail() {
      ann().fail(Seconds.of(99), true);
    }

    @Override
    public void stop() {
      ann().leave();
    }
  }
}

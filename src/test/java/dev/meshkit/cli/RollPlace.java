package dev.meshkit.cli;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.chaos.Islands;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.FreePort;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where an agent of a roll lives.
 *
 * @param directory of its file and its data
 * @param program the words that its command begins with, as {@link Child#run} takes them
 * @param host the address that it listens at
 */
record RollPlace(Path directory, List<String> program, String host) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MESH = 7443;
  private static final int LEGACY = 7445;

  /** Beside this process. */
  static RollPlace here(Path directory) {
    return new RollPlace(directory, Child.program(List.of()), LOOPBACK);
  }

  /** The same for another program than this process is of: {@link Child#planted}. */
  static RollPlace here(Path directory, List<String> program) {
    return new RollPlace(directory, program, LOOPBACK);
  }

  /** On an island, where it has all ports and is no {@code --dev} node. */
  static RollPlace on(Islands islands, int number, Path directory) {
    var program = Child.program(islands.runningOn(number));
    return new RollPlace(directory, program, islands.address(number));
  }

  boolean isLoopback() {
    return host.equals(LOOPBACK);
  }

  /** Where it meets its peers. */
  Endpoint mesh() throws IOException {
    return new Endpoint(host, isLoopback() ? FreePort.of(host) : MESH);
  }

  /** Where its legacy socket may be. */
  Endpoint legacy() throws IOException {
    return new Endpoint(host, isLoopback() ? FreePort.of(host) : LEGACY);
  }

  /** Gives it what a {@code --dev} node gives itself: an identity of the CA beside its data. */
  void enrol(NodeId id, Path data) {
    if (isLoopback()) return;
    var wall = Clocks.system().wall();
    var identity = new IdentityStore(data.resolve("identity"), wall);
    DevCa.open(data.resolveSibling("dev-ca"), wall, Chance.secure())
        .flatMap(ca -> ca.stage(identity, id))
        .flatMap(Staged::adopt)
        .orThrow();
  }
}

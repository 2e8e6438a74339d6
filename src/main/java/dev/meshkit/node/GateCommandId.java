package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The ids of commands that change a gate: 16 bytes of chance, and 16 that say which change it is. A
 * record tells of its last commands by their ids alone, several may be committed in one version of
 * it, and not every node sees every version: so who changed what is found by them.
 */
final class GateCommandId {
  private static final int CHANCE = 16;
  private static final int NAME = 16;

  private GateCommandId() {}

  /** A new one. */
  static Bytes of(String change, RandomGenerator chance) {
    var id =
        ByteBuffer.allocate(CHANCE + NAME).putLong(chance.nextLong()).putLong(chance.nextLong());
    return Bytes.of(id.put(name(change)).array());
  }

  private static byte[] name(String change) {
    return Arrays.copyOf(Bytes.utf8(change).sha256().toArray(), NAME);
  }

  /** Whose word changed a change last, if these tell. */
  static Optional<Author> last(List<Audit> audit, String change) {
    var name = name(change);
    return audit.reversed().stream()
        .filter(one -> isOf(one.command().toArray(), name))
        .map(Audit::author)
        .findFirst();
  }

  private static boolean isOf(byte[] id, byte[] name) {
    return id.length == CHANCE + NAME && Arrays.equals(id, CHANCE, CHANCE + NAME, name, 0, NAME);
  }
}

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
 * The ids of commands that change a gate: a byte that says whether it has another version run, 15
 * of chance, and 16 that say which change it is. A record tells of its last commands by their ids
 * alone, several may be committed in one version of it, and not every node sees every version: so
 * who changed what is found by them.
 */
final class GateCommandId {
  private static final int CHANCE = 16;
  private static final int NAME = 16;

  private GateCommandId() {}

  /** What a command does to the version that runs; fixed by the format. */
  enum Kind {
    /** It stays, for everybody: a freeze, a thaw, a retirement. */
    KEEPS(0),
    /** Another one, or the same for more. */
    SETS(1),
    /** The one before. */
    ROLLS_BACK(2);

    private final int written;

    Kind(int written) {
      this.written = written;
    }
  }

  /** A new one. */
  static Bytes of(String change, Kind kind, RandomGenerator chance) {
    var id =
        ByteBuffer.allocate(CHANCE + NAME).putLong(chance.nextLong()).putLong(chance.nextLong());
    return Bytes.of(id.put(name(change)).put(0, (byte) kind.written).array());
  }

  /** Who made a change run what it runs, if these tell. */
  static Optional<Author> mover(List<Audit> audit, String change) {
    return moved(audit, change).map(Audit::author);
  }

  /** Who rolled a change back, if that is what made it run what it runs, and these tell. */
  static Optional<Author> rolledBack(List<Audit> audit, String change) {
    return moved(audit, change).filter(one -> is(one, Kind.ROLLS_BACK)).map(Audit::author);
  }

  private static Optional<Audit> moved(List<Audit> audit, String change) {
    var name = name(change);
    return audit.reversed().stream()
        .filter(one -> isOf(one.command().toArray(), name))
        .filter(one -> !is(one, Kind.KEEPS))
        .findFirst();
  }

  private static boolean is(Audit one, Kind kind) {
    return one.command().toArray()[0] == kind.written;
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

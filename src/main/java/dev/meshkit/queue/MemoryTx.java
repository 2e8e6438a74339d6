package dev.meshkit.queue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Token;
import dev.meshkit.store.Commitment;
import java.util.ArrayList;
import java.util.List;

/**
 * One change of a memory queue, made or undone as a whole. Confined to the thread that holds the
 * queue's lock. It has no tables: SQL in it fails.
 */
final class MemoryTx implements LocalTx, Commitment {
  private final MemoryDoor door;
  private final List<Runnable> undo = new ArrayList<>();
  private final List<Runnable> committed = new ArrayList<>();
  private final List<Runnable> told = new ArrayList<>();

  /** A change behind this door. */
  MemoryTx(MemoryDoor door) {
    this.door = door;
  }

  /** How much there is to undo, and to do. */
  record Mark(int undo, int committed, int told) {}

  boolean isOf(MemoryDoor other) {
    return door == other;
  }

  @Override
  public List<List<Object>> query(String sql, Object... parameters) {
    throw noTables(sql);
  }

  @Override
  public int update(String sql, Object... parameters) {
    throw noTables(sql);
  }

  @Override
  public boolean once(Token token) {
    throw noTables("once(" + token + ")");
  }

  @Override
  public void guard(Fence fence, String resource) {
    throw noTables("guard(" + fence.text() + ", " + resource + ")");
  }

  @Override
  public void afterCommit(Runnable then) {
    committed.add(then);
  }

  @Override
  public void tell(Runnable then) {
    told.add(then);
  }

  @Override
  public void onRollback(Runnable undone) {
    undo.add(undone);
  }

  /** Where it is now. */
  Mark mark() {
    return new Mark(undo.size(), committed.size(), told.size());
  }

  /** Undoes what came after the mark. */
  void rollBackTo(Mark mark) {
    committed.subList(mark.committed(), committed.size()).clear();
    told.subList(mark.told(), told.size()).clear();
    var gone = undo.subList(mark.undo(), undo.size());
    gone.reversed().forEach(Runnable::run);
    gone.clear();
  }

  /** Whether it has changed nothing. */
  boolean isEmpty() {
    return undo.isEmpty() && committed.isEmpty() && told.isEmpty();
  }

  /** It is made. */
  void commit() {
    committed.forEach(Runnable::run);
    told.forEach(Runnable::run);
  }

  private static MeshException noTables(String sql) {
    return new MeshException(
        MeshError.of(
            "error.precondition",
            "running " + sql,
            "a queue in memory has no tables",
            "open the queue in a file, or keep what it writes elsewhere",
            MeshError.Retry.NEVER));
  }
}

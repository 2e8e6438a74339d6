package dev.meshkit.api;

import java.util.List;

/**
 * A transaction on the node's own store, given to a function that runs inside it.
 *
 * <p>Valid only during that call and on its thread, which is the store's writer: no I/O, no
 * waiting. Tables named {@code app_…} are the application's, as are indexes and views so named;
 * virtual tables are refused: what is wrong in one looks as if the file were damaged. A statement
 * that names one of MeshKit's, in whatever quotes, or that would end the transaction, as {@code OR
 * ROLLBACK} does, is an {@link IllegalArgumentException}; so is a text that is such a name: make it
 * a parameter.
 */
public interface LocalTx {
  /**
   * The rows of a SELECT; each a list of Long, Double, String, {@link Bytes} or {@link Unit} for
   * NULL.
   */
  List<List<Object>> query(String sql, Object... parameters);

  /** Runs one INSERT, UPDATE, DELETE or DDL statement on {@code app_} tables; the rows changed. */
  int update(String sql, Object... parameters);

  /**
   * Whether work of this name is to be done: true for the first transaction that asks, false for
   * every later one within the next 24 hours of the store's queue clock, whoever asks. It is part
   * of the transaction: if that is undone, the next that asks is the first again.
   *
   * <p>For what may arrive as more than one message, because two nodes send it, or one that did not
   * see the answer of its {@code send}: the sender puts a token into the message that names what is
   * to be done, and not the message. What is sent again later than that, a time to live may be
   * longer, needs a table of the application's own.
   */
  boolean once(Token token);

  /**
   * Lets a leader's work pass only if no later leader has been here: call it before changing what
   * the leader of {@code fence}'s scope, and nobody else, may change. An equal or newer fence
   * passes and is remembered for this resource, for ever; an older one throws {@link MeshException}
   * {@code error.fenced}: let it pass, so that the transaction is undone.
   *
   * <p>This holds whatever became of the leader's thread or clock between looking at its authority
   * and this transaction. It knows the fences that came to this store: protect a thing where it is
   * kept, and send the fence along with the order to change it.
   *
   * @param resource the protected thing's name, 1 to 200 characters, as the application calls it
   */
  void guard(Fence fence, String resource);
}

package dev.meshkit.api;

/** Work that commits, or vanishes, together with what it is handed to. */
@FunctionalInterface
public interface TxWork {
  /** No work. */
  TxWork NONE = tx -> {};

  /** Does the work; an exception rolls the whole transaction back. May run more than once. */
  void run(LocalTx tx);
}

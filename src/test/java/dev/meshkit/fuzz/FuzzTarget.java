package dev.meshkit.fuzz;

import java.util.List;

/** Something that reads a stranger's bytes, and what must hold whatever they are. */
public interface FuzzTarget {
  /** Reads {@code input}; whatever it throws is a finding. Keeps no state between calls. */
  void run(byte[] input) throws Exception;

  /** Inputs worth mutating: at least one of each kind that is read to its end. */
  List<byte[]> seeds() throws Exception;
}

package dev.meshkit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A decoder with a fault, which fuzzing must find: the proof that it finds anything. */
final class Planted implements FuzzTarget {
  @Override
  public void run(byte[] input) {
    if (input.length > 2 && input[0] == 'm' && input[1] == 'k' && input[2] == '!') {
      throw new IllegalStateException("the planted fault");
    }
  }

  @Override
  public List<byte[]> seeds() {
    return List.of("mesh".getBytes(StandardCharsets.US_ASCII));
  }
}

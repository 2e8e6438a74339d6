package dev.meshkit.sim;

/** 64 bits of a text: few enough states share one that none is lost in tens of millions. */
final class Digest {
  private Digest() {}

  /** FNV-1a over the characters, finished by SplitMix64. */
  static long of(CharSequence text) {
    var hash = 0xcbf29ce484222325L;
    for (var i = 0; i < text.length(); i++) hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    return Chance.splitmix64(hash);
  }
}

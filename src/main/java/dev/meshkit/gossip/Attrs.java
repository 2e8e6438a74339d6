package dev.meshkit.gossip;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a node says of itself in one life. A node says one set a life; {@code nonce} keeps clones
 * apart.
 *
 * <p>Ordered by (generation, incarnation, nonce), unsigned; {@link #NONE} is the least.
 *
 * @param generation of the life that said this
 * @param incarnation of the life that said this
 * @param nonce 64 random bits of the process
 * @param at where the mesh reaches it
 * @param zone its failure domain, empty if none
 * @param store names its data directory; another one under the same name has lost its disk
 * @param protoMin the oldest wire version it speaks
 * @param protoMax the newest wire version it speaks
 * @param features bits of optional abilities
 * @param roles what it does, such as {@code voter}
 * @param labels what its operator says of it
 */
public record Attrs(
    long generation,
    int incarnation,
    long nonce,
    Endpoint at,
    String zone,
    Bytes store,
    int protoMin,
    int protoMax,
    long features,
    SortedSet<String> roles,
    SortedMap<String, String> labels)
    implements Comparable<Attrs> {
  /** Nothing is known. */
  public static final Attrs NONE = new Attrs(0, 0, 0, Endpoint.NONE, "", Bytes.EMPTY, 0, 0, 0);

  /** Copies the collections. */
  public Attrs {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  private Attrs(
      long generation,
      int incarnation,
      long nonce,
      Endpoint at,
      String zone,
      Bytes store,
      int protoMin,
      int protoMax,
      long features) {
    this(
        generation,
        incarnation,
        nonce,
        at,
        zone,
        store,
        protoMin,
        protoMax,
        features,
        new TreeSet<>(),
        new TreeMap<>());
  }

  /** A node at {@code at} that speaks wire version 1 and says nothing else of itself yet. */
  public static Attrs at(Endpoint at) {
    return new Attrs(0, 0, 0, at, "", Bytes.EMPTY, 1, 1, 0);
  }

  /** The same in a zone, on a store. */
  public Attrs in(String zone, Bytes store) {
    return new Attrs(
        generation,
        incarnation,
        nonce,
        at,
        zone,
        store,
        protoMin,
        protoMax,
        features,
        roles,
        labels);
  }

  /** The same with these roles and labels. */
  public Attrs labelled(Set<String> roles, Map<String, String> labels) {
    return new Attrs(
        generation,
        incarnation,
        nonce,
        at,
        zone,
        store,
        protoMin,
        protoMax,
        features,
        new TreeSet<>(roles),
        new TreeMap<>(labels));
  }

  /** The same with this range of wire versions and these features. */
  public Attrs speaking(int protoMin, int protoMax, long features) {
    return new Attrs(
        generation,
        incarnation,
        nonce,
        at,
        zone,
        store,
        protoMin,
        protoMax,
        features,
        roles,
        labels);
  }

  /** The same, said in a life by a process. */
  public Attrs said(Life life, long nonce) {
    return new Attrs(
        life.generation(),
        life.incarnation(),
        nonce,
        at,
        zone,
        store,
        protoMin,
        protoMax,
        features,
        roles,
        labels);
  }

  /** The life that said this. */
  public Life life() {
    return new Life(generation, incarnation);
  }

  /** Whether anything is known. */
  public boolean isKnown() {
    return generation != 0 || incarnation != 0;
  }

  @Override
  public int compareTo(Attrs other) {
    var byLife = life().compareTo(other.life());
    return byLife != 0 ? byLife : Long.compareUnsigned(nonce, other.nonce);
  }
}

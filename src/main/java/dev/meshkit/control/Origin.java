package dev.meshkit.control;

import java.time.Instant;

/**
 * Where an answer comes from: the envelope of every reply.
 *
 * @param cluster the cluster's name
 * @param answeredBy the node that answers
 * @param asOf wall time of the snapshot
 * @param agree members that hold the same view, this node included
 * @param known members this node knows and does not hold for dead or gone, itself included
 */
public record Origin(String cluster, String answeredBy, Instant asOf, int agree, int known) {}

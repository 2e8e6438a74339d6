package dev.meshkit.grpc;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What holds for every connection of an owner.
 *
 * @param check judges the peer
 * @param keepAlive how a silent path is noticed
 * @param filters told of each admitted connection
 * @param lifetime how long it lives
 * @param handshake how long it may take until the peer is admitted
 * @param floods what the peer may do that costs it little
 * @param pings how often the peer may keep it alive
 * @param chance spreads what would otherwise happen at once
 */
record ConnectionTerms(
    PeerCheck check,
    KeepAlive keepAlive,
    TransportFilters filters,
    Lifetime lifetime,
    Duration handshake,
    Bounds.Floods floods,
    PingWatch.Permit pings,
    RandomGenerator chance) {}

package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What {@link Links} stand on and hand to.
 *
 * @param inbound where frames arrive
 * @param deliveries serves inbound Deliver streams
 * @param whereabouts where a member that is no neighbour is reached, {@link Endpoint#NONE} if
 *     unknown; for {@code deliver} and {@code sync}; must not block
 * @param legacy where a member's legacy port is, {@link Endpoint#NONE} if it has none
 * @param addresses of this host, now; asked while a peer is on HTTP/2 because UDP failed
 * @param clocks time
 * @param chance jitter; thread-safe
 * @param meters counts
 * @param news hears of roads what an operator may ask about later
 */
public record LinkPorts(
    Inbound inbound,
    DeliveryServer deliveries,
    Function<NodeId, Endpoint> whereabouts,
    Function<NodeId, Endpoint> legacy,
    Supplier<Set<InetAddress>> addresses,
    Clocks clocks,
    RandomGenerator chance,
    Meters meters,
    RoadNews.Sink news) {}

package dev.meshkit.transport;

import java.util.Optional;

/**
 * What a dial came to.
 *
 * @param road checked and usable
 * @param downgrade why it is not HTTP/3 though that is permitted; empty if it is, or need not be
 */
public record Dialled(Road road, Optional<String> downgrade) {}

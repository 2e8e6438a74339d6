package dev.meshkit.api;

/**
 * A message as its handler gets it.
 *
 * @param from who sent it, as its certificate says
 * @param message what was sent
 * @param token the same for every delivery of this message: pass it on to what you call
 * @param attempt 1 for the first delivery
 */
public record Received(NodeId from, Message message, Token token, int attempt) {}

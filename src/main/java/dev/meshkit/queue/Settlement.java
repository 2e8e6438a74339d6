package dev.meshkit.queue;

import dev.meshkit.api.Disposition;

/**
 * One of many settlements made together.
 *
 * @param lease what is settled
 * @param said what the worker says
 * @param <T> the task's type
 */
public record Settlement<T>(Lease<T> lease, Disposition said) {}

package dev.meshkit.config;

/**
 * One key of a configuration that was loaded.
 *
 * @param key {@code section.key}
 * @param value as a file would say it
 * @param origin where it came from
 */
public record Setting(String key, String value, Origin origin) {}

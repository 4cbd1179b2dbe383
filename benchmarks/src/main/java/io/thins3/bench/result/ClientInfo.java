package io.thins3.bench.result;

/**
 * A client that took part.
 *
 * @param name for example {@code s3fs}
 * @param version as the program itself says
 * @param commandLine fixed, with placeholders in braces
 */
public record ClientInfo(String name, String version, String commandLine) {}

package io.thins3.write;

import java.util.Map;

/**
 * Where a file is published.
 *
 * @param key the object
 * @param headers what is said of it
 * @param expected what lies there
 */
record Target(String key, Map<String, String> headers, Expected expected) {}

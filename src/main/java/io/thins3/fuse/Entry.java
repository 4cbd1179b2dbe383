package io.thins3.fuse;

import java.time.Duration;

/**
 * A directory entry found by a lookup.
 *
 * @param node the node that the name means
 * @param attributes its attributes
 * @param entryTtl how long the kernel may believe that the name means this node
 * @param attributesTtl how long the kernel may believe the attributes
 */
public record Entry(Node node, Attributes attributes, Duration entryTtl, Duration attributesTtl) {}

package io.thins3.fuse.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * How many nodes the kernel may know. It forgets names by itself only when the machine runs short
 * of memory, or never; each is kept here as long as it knows it, and a program that looks at
 * millions of files would fill the heap.
 *
 * <p>Beyond the limit the kernel is made to forget an eighth of them: those it came to know first,
 * files before directories, because taking back the name of a directory takes everything below it
 * along, and a process that works in it cannot tell where it is any more. Immutable.
 */
final class NodeLimit {
  /** None. */
  static final NodeLimit NONE = new NodeLimit(Integer.MAX_VALUE);

  /** Heap that a node takes here and in the file system, with a path of 40 bytes: measured. */
  private static final int NODE_BYTES = 400;

  /**
   * The share of the heap that is for nodes: a tenth, because the kernel takes its time to forget
   * them. With a fifth one of three listings of 200,000 names in 64 MiB ran out of memory.
   */
  private static final int HEAP_SHARE = 10;

  private final int most;

  /**
   * @param most more nodes than this are too many; positive
   */
  NodeLimit(int most) {
    this.most = most;
  }

  /**
   * The limit for a heap.
   *
   * @param heap most bytes of the heap
   */
  static NodeLimit ofHeap(long heap) {
    return new NodeLimit((int) Math.min(heap / HEAP_SHARE / NODE_BYTES, Integer.MAX_VALUE));
  }

  /** Whether so many are too many. */
  boolean isExceeded(int known) {
    return known > most;
  }

  /** Those that the kernel is to forget; empty when they are not too many. */
  List<KnownNode> surplus(Collection<KnownNode> known) {
    if (!isExceeded(known.size())) {
      return List.of();
    }
    int wanted = known.size() - most + most / 8;
    List<KnownNode> surplus = new ArrayList<>(oldest(known, wanted, node -> !node.isDirectory()));
    if (surplus.size() < wanted) {
      surplus.addAll(oldest(known, wanted - surplus.size(), KnownNode::isDirectory));
    }
    return surplus;
  }

  /** Ids count up. */
  private static List<KnownNode> oldest(
      Collection<KnownNode> known, int count, Predicate<KnownNode> which) {
    List<KnownNode> candidates =
        known.stream().filter(which).filter(each -> each.node.disposableName() != null).toList();
    if (candidates.size() <= count) {
      return candidates;
    }
    long[] ids = candidates.stream().mapToLong(each -> each.id).toArray();
    Arrays.sort(ids);
    long last = ids[count - 1];
    return candidates.stream().filter(each -> each.id <= last).toList();
  }
}

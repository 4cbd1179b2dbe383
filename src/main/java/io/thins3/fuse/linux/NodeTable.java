package io.thins3.fuse.linux;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that the kernel knows, by the ids under which it knows them.
 *
 * <p>Every entry in an answer (LOOKUP, CREATE, MKNOD, MKDIR, SYMLINK, READDIRPLUS) counts as one
 * lookup of its node; FORGET and BATCH_FORGET take counts away, and at zero the kernel has
 * forgotten the id. Ids count up and are never used again, so that the protocol's generation is
 * always 0. The root has id 1, is not counted and never forgotten. Thread-safe.
 */
final class NodeTable {
  private static final Logger log = LoggerFactory.getLogger(NodeTable.class);

  /** After so many new ids it is told how many nodes there are: counting them is not for free. */
  private static final int GROWTH = 256;

  private final Node root;
  private final Consumer<Node> forgotten;
  private final ConcurrentHashMap<Node, KnownNode> byNode = new ConcurrentHashMap<>();
  private final IdTable<KnownNode> byId = new IdTable<>();
  private final AtomicLong lastId = new AtomicLong(FuseProtocol.FUSE_ROOT_ID);
  private final IntConsumer grown;

  NodeTable(Node root, Consumer<Node> forgotten) {
    this(root, forgotten, size -> {});
  }

  /**
   * @param forgotten told of a node when its count has become zero, without a lock
   * @param grown told now and then how many nodes there are, without a lock; must not throw
   */
  NodeTable(Node root, Consumer<Node> forgotten, IntConsumer grown) {
    this.root = root;
    this.forgotten = forgotten;
    this.grown = grown;
  }

  /** Counts one lookup of an entry's node, in a directory, and gives the node's id. */
  long lookedUp(Entry entry, long parentId) {
    Node node = entry.node();
    if (node.equals(root)) {
      return FuseProtocol.FUSE_ROOT_ID;
    }
    // What is wrong with the entry shows before anything is counted.
    Attributes attributes = entry.attributes();
    while (true) {
      KnownNode known = byNode.get(node);
      if (known == null) {
        known = add(node);
        if (known.id % GROWTH == 0) {
          grown.accept(byId.size());
        }
      }
      if (known.countLookup(parentId, attributes)) {
        return known.id;
      }
      byNode.remove(node, known);
    }
  }

  private KnownNode add(Node node) {
    KnownNode added = new KnownNode(lastId.incrementAndGet(), node);
    // First by id: whoever finds it by node may tell the kernel the id.
    byId.put(added);
    boolean kept = false;
    try {
      KnownNode present = byNode.putIfAbsent(node, added);
      if (present != null) {
        return present;
      }
      kept = true;
      return added;
    } finally {
      if (!kept) {
        // Also when there is no memory for the node: nobody would ever forget this id.
        byId.remove(added.id);
      }
    }
  }

  /** The node of an id, or null when the kernel should not know that id. */
  @Nullable Node node(long id) {
    if (id == FuseProtocol.FUSE_ROOT_ID) {
      return root;
    }
    KnownNode known = byId.get(id);
    return known == null ? null : known.node;
  }

  /**
   * The node of an id that the kernel named.
   *
   * @throws FuseException ESTALE when it is none that was given out
   */
  Node known(long id) throws FuseException {
    Node node = node(id);
    if (node == null) {
      throw new FuseException(Errno.ESTALE, "node " + id + " is not known", null);
    }
    return node;
  }

  /** The node that a request is about. */
  Node known(Request request) throws FuseException {
    return known(request.nodeId());
  }

  /**
   * The directory in which a node was found last; the root's, and an unknown one's, is the root.
   */
  long parentId(long id) {
    KnownNode known = byId.get(id);
    return known == null ? FuseProtocol.FUSE_ROOT_ID : known.parentId();
  }

  /** The inode number with which a node was found last, or 0: the root was not found. */
  long ino(long id) {
    KnownNode known = byId.get(id);
    return known == null ? 0 : known.ino();
  }

  /** The id of a node, or 0 when the kernel does not know it. */
  long id(Node node) {
    if (node.equals(root)) {
      return FuseProtocol.FUSE_ROOT_ID;
    }
    KnownNode known = byNode.get(node);
    return known == null ? 0 : known.id;
  }

  /** Takes lookups away. */
  void forget(long id, long lookups) {
    KnownNode known = id == FuseProtocol.FUSE_ROOT_ID ? null : byId.get(id);
    if (known == null) {
      return;
    }
    long left = known.takeLookups(lookups);
    if (left > 0) {
      return;
    }
    if (left < 0) {
      log.warn("FORGET of {} lookups of node {}, {} too many", lookups, id, -left);
    }
    byNode.remove(known.node, known);
    if (byId.remove(id) != null) {
      forgotten.accept(known.node);
    }
  }

  /**
   * The nodes besides the root, in no order; those that come or go meanwhile may be in it or not.
   */
  List<KnownNode> known() {
    return byId.entries();
  }

  /** How many nodes the kernel knows besides the root. */
  int size() {
    return byId.size();
  }
}

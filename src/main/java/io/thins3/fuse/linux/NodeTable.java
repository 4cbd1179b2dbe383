package io.thins3.fuse.linux;

import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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

  private final Node root;
  private final Consumer<Node> forgotten;
  private final ConcurrentHashMap<Node, Known> byNode = new ConcurrentHashMap<>();
  private final IdTable<Known> byId = new IdTable<>();
  private final AtomicLong lastId = new AtomicLong(FuseProtocol.FUSE_ROOT_ID);

  /**
   * @param forgotten told of a node when its count has become zero, without a lock
   */
  NodeTable(Node root, Consumer<Node> forgotten) {
    this.root = root;
    this.forgotten = forgotten;
  }

  private static final class Known extends IdTable.Entry {
    final Node node;
    private long parentId; // guarded by this; where it was found last
    private long ino; // guarded by this
    private long lookups; // guarded by this
    private boolean forgotten; // guarded by this

    Known(long id, Node node) {
      super(id);
      this.node = node;
    }

    /** False when it was forgotten meanwhile: a node that comes again gets a new id. */
    synchronized boolean countLookup(long parentId, long ino) {
      if (forgotten) {
        return false;
      }
      this.parentId = parentId;
      this.ino = ino;
      lookups++;
      return true;
    }

    /** How many lookups are left; negative when more were taken than were there. */
    synchronized long takeLookups(long taken) {
      lookups -= taken;
      forgotten = lookups <= 0;
      return lookups;
    }

    synchronized long parentId() {
      return parentId;
    }

    synchronized long ino() {
      return ino;
    }
  }

  /** Counts one lookup of an entry's node, in a directory, and gives the node's id. */
  long lookedUp(Entry entry, long parentId) {
    Node node = entry.node();
    if (node.equals(root)) {
      return FuseProtocol.FUSE_ROOT_ID;
    }
    // What is wrong with the entry shows before anything is counted.
    long ino = entry.attributes().ino();
    while (true) {
      Known known = byNode.get(node);
      if (known == null) {
        known = add(node);
      }
      if (known.countLookup(parentId, ino)) {
        return known.id;
      }
      byNode.remove(node, known);
    }
  }

  private Known add(Node node) {
    Known added = new Known(lastId.incrementAndGet(), node);
    // First by id: whoever finds it by node may tell the kernel the id.
    byId.put(added);
    boolean kept = false;
    try {
      Known present = byNode.putIfAbsent(node, added);
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
    Known known = byId.get(id);
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
    Known known = byId.get(id);
    return known == null ? FuseProtocol.FUSE_ROOT_ID : known.parentId();
  }

  /** The inode number with which a node was found last, or 0: the root was not found. */
  long ino(long id) {
    Known known = byId.get(id);
    return known == null ? 0 : known.ino();
  }

  /** The id of a node, or 0 when the kernel does not know it. */
  long id(Node node) {
    if (node.equals(root)) {
      return FuseProtocol.FUSE_ROOT_ID;
    }
    Known known = byNode.get(node);
    return known == null ? 0 : known.id;
  }

  /** Takes lookups away. */
  void forget(long id, long lookups) {
    Known known = id == FuseProtocol.FUSE_ROOT_ID ? null : byId.get(id);
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

  /** How many nodes the kernel knows besides the root. */
  int size() {
    return byId.size();
  }
}

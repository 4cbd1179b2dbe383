package io.thins3.fuse.linux;

import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_batch_forget_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_create_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_forget_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_interrupt_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_mkdir_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_mknod_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_read_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_rename2_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_rename_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_write_in;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each request once it is answered, when asked for: operation, node and name, result or error,
 * and how long it took. A node is shown as it describes itself ({@link Object#toString}). Costs
 * nothing when not asked for. Thread-safe.
 */
final class RequestLog {
  /** The same as over libfuse, so that one switch shows either. */
  private static final Logger log = LoggerFactory.getLogger("io.thins3.fuse.requests");

  private final boolean enabled;
  private final NodeTable nodes;
  private final ConcurrentHashMap<Long, Begun> running = new ConcurrentHashMap<>();

  /** A request that is not answered yet. */
  private record Begun(Opcode opcode, String what, long nanos, boolean absent) {}

  RequestLog(boolean enabled, NodeTable nodes) {
    this.enabled = enabled;
    this.nodes = nodes;
  }

  /** A request has come. Those that are never answered are logged now. Never throws. */
  void begun(Opcode opcode, Request request) {
    if (!enabled) {
      return;
    }
    try {
      logBegun(opcode, request);
    } catch (RuntimeException | OutOfMemoryError e) {
      Connection.logAccident("logging a request", e);
    }
  }

  private void logBegun(Opcode opcode, Request request) {
    String what = opcode.name().toLowerCase(Locale.ROOT) + " " + describe(opcode, request);
    switch (opcode) {
      case FORGET, BATCH_FORGET, INTERRUPT -> log.debug("{}", what);
      default -> running.put(request.unique(), new Begun(opcode, what, System.nanoTime(), false));
    }
  }

  /** The answer to a LOOKUP will be that there is nothing, though it is none of an error. */
  void absent(long unique) {
    if (enabled) {
      running.computeIfPresent(
          unique, (id, begun) -> new Begun(begun.opcode, begun.what, begun.nanos, true));
    }
  }

  /**
   * An answer was sent. Never throws.
   *
   * @param errno 0 for success
   * @param bytes length of the answer's body
   */
  void answered(long unique, int errno, int bytes) {
    if (!enabled) {
      return;
    }
    try {
      logAnswered(unique, errno, bytes);
    } catch (RuntimeException | OutOfMemoryError e) {
      // The answer is out: what it says is not to be taken back for a line of the log.
      Connection.logAccident("logging an answer", e);
    }
  }

  private void logAnswered(long unique, int errno, int bytes) {
    Begun begun = running.remove(unique);
    if (begun == null) {
      return;
    }
    String result =
        errno != 0
            ? jnr.constants.platform.Errno.valueOf(errno).name()
            : begun.absent ? "ENOENT" : Integer.toString(begun.opcode == Opcode.READ ? bytes : 0);
    double millis = (System.nanoTime() - begun.nanos) / 1e6;
    log.debug("{}: {} in {} ms", begun.what, result, String.format(Locale.ROOT, "%.3f", millis));
  }

  /** Says how many requests of which kind there were. */
  void summary(RequestStatistics statistics) {
    log.debug("requests: {}", statistics);
  }

  private String describe(Opcode opcode, Request request) {
    try {
      return switch (opcode) {
        case LOOKUP, UNLINK, RMDIR, SYMLINK -> child(request.nodeId(), request, 0);
        case MKDIR -> child(request.nodeId(), request, fuse_mkdir_in.SIZE);
        case MKNOD -> child(request.nodeId(), request, fuse_mknod_in.SIZE);
        case CREATE -> child(request.nodeId(), request, fuse_create_in.SIZE);
        case RENAME -> renamed(request, fuse_rename_in.newdir, fuse_rename_in.SIZE);
        case RENAME2 -> renamed(request, fuse_rename2_in.newdir, fuse_rename2_in.SIZE);
        case READ ->
            node(request)
                + range(request, fuse_read_in.SIZE, fuse_read_in.size, fuse_read_in.offset);
        case WRITE ->
            node(request)
                + range(request, fuse_write_in.SIZE, fuse_write_in.size, fuse_write_in.offset);
        case FORGET -> node(request) + " " + number(request, fuse_forget_in.nlookup) + " lookups";
        case BATCH_FORGET -> {
          request.require(fuse_batch_forget_in.SIZE);
          yield request.getInt(fuse_batch_forget_in.count) + " nodes";
        }
        case INTERRUPT -> "of request " + number(request, fuse_interrupt_in.unique);
        default -> node(request);
      };
    } catch (FuseException | MalformedRequest | RuntimeException e) {
      return node(request) + " (" + e + ")";
    }
  }

  private static long number(Request request, int offset) throws MalformedRequest {
    request.require(offset + Long.BYTES);
    return request.getLong(offset);
  }

  private static String range(Request request, int length, int size, int offset)
      throws MalformedRequest {
    request.require(length);
    return " " + request.getInt(size) + " bytes at " + request.getLong(offset);
  }

  private String renamed(Request request, int newParent, int names)
      throws FuseException, MalformedRequest {
    request.require(names);
    return child(request.nodeId(), request, names)
        + " to "
        + child(request.getLong(newParent), request, request.afterName(names));
  }

  private String child(long parentId, Request request, int offset)
      throws FuseException, MalformedRequest {
    String parent = node(parentId);
    return (parent.endsWith("/") ? parent : parent + "/") + request.name(offset);
  }

  private String node(Request request) {
    return node(request.nodeId());
  }

  private String node(long id) {
    Object node = nodes.node(id);
    return node == null ? "node " + id : node.toString();
  }
}

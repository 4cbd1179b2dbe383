package io.thins3.fuse.linux;

import io.thins3.fuse.Node;
import io.thins3.fuse.NodeCounts;
import io.thins3.fuse.Notifier;
import io.thins3.fuse.linux.FuseProtocol.fuse_notify_inval_entry_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_notify_inval_inode_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends notices to the kernel, on a thread of its own.
 *
 * <p>The kernel locks what a notice is about: pages, which are locked while a READ of them is
 * unanswered, or the directory, which is locked while a CREATE or UNLINK in it is unanswered. A
 * thread that answers requests would wait for itself. This thread waits for nobody but the kernel,
 * and nobody waits for it.
 *
 * <p>What has not been sent is kept once per node and name, the ranges of a node joined, so that it
 * is never more than the kernel has nodes and names.
 */
final class KernelNotifier implements Notifier {
  private static final Logger log = LoggerFactory.getLogger(KernelNotifier.class);

  private static final int MAX_NAME = 1024;

  private final Device device;
  private final NodeTable nodes;
  private final NodeLimit limit;
  private final ThreadFactory threads;
  private final NativeBuffer out =
      NativeBuffer.allocate(fuse_out_header.SIZE + fuse_notify_inval_entry_out.SIZE + MAX_NAME + 1);

  /** By what they are about; guarded by this. */
  private final Map<Object, Notice> unsent = new LinkedHashMap<>();

  private @Nullable Thread sender; // guarded by this
  private boolean closed; // guarded by this
  private long added; // guarded by this: notices that came into the queue
  private long taken; // guarded by this: those that the kernel has taken or refused
  private volatile boolean expiry;
  private final AtomicLong takenBack = new AtomicLong();

  KernelNotifier(Device device, NodeTable nodes) {
    this(device, nodes, NodeLimit.NONE, Thread::new);
  }

  /**
   * @param limit how many nodes the kernel may know
   * @param threads makes threads that are not started
   */
  KernelNotifier(Device device, NodeTable nodes, NodeLimit limit, ThreadFactory threads) {
    this.device = device;
    this.nodes = nodes;
    this.limit = limit;
    this.threads = threads;
  }

  /**
   * Whether names are made to expire, which the kernel has to offer. Otherwise they are taken away:
   * a process whose working directory has such a name cannot tell where it is, and what is mounted
   * below is detached.
   */
  void useExpiry(boolean offered) {
    expiry = offered;
  }

  /** A notice that was not sent yet. */
  private sealed interface Notice {}

  /** Pages of a node, from the first byte to before the last. */
  private record Pages(long nodeId, long start, long end) implements Notice {}

  private record Name(long parentId, String name) implements Notice {}

  /** The kernel knows too many nodes: which it is to forget is decided when its turn has come. */
  private record Surplus() implements Notice {}

  /**
   * A file was written past the page cache. Until Linux 6.6 that leaves pages as they are that
   * other handles have read; later kernels drop them before they send the WRITE, so that a reader
   * meanwhile brings the old bytes back, and only some also behind it (6.16). Which do cannot be
   * told from the protocol's version, and a notice too many costs one system call.
   */
  void directlyWritten(long nodeId, long offset, long length) {
    add(new Pages(nodeId, offset, offset + length));
  }

  @Override
  public void invalidate(Node node) {
    // Length 0 or less means to the end of the file.
    invalidateRange(node, 0, Long.MAX_VALUE);
  }

  @Override
  public void invalidatePages(Node node, long offset, long length) {
    if (offset < 0 || length <= 0) {
      throw new IllegalArgumentException("offset " + offset + " length " + length);
    }
    invalidateRange(
        node, offset, offset > Long.MAX_VALUE - length ? Long.MAX_VALUE : offset + length);
  }

  private void invalidateRange(Node node, long start, long end) {
    long id = nodes.id(node);
    if (id != 0) {
      add(new Pages(id, start, end));
    }
  }

  @Override
  public void invalidateEntry(Node parent, String name) {
    long id = nodes.id(parent);
    if (id != 0) {
      add(new Name(id, name));
    }
  }

  /** The kernel knows so many nodes now. */
  void grown(int known) {
    if (limit.isExceeded(known)) {
      add(new Surplus());
    }
  }

  @Override
  public NodeCounts nodeCounts() {
    return new NodeCounts(nodes.size(), takenBack.get());
  }

  private synchronized void add(Notice notice) {
    if (closed) {
      return;
    }
    int before = unsent.size();
    if (notice instanceof Pages pages) {
      unsent.merge(
          pages.nodeId(),
          pages,
          (earlier, now) -> {
            Pages old = (Pages) earlier;
            return new Pages(
                old.nodeId(),
                Math.min(old.start(), pages.start()),
                Math.max(old.end(), pages.end()));
          });
    } else {
      unsent.put(notice, notice);
    }
    added += unsent.size() - before; // what joins another one keeps the other's place
    if (sender == null) {
      try {
        Thread thread = threads.newThread(this::sendAll);
        thread.setName("fuse-notices");
        thread.setDaemon(true);
        thread.start();
        sender = thread;
      } catch (OutOfMemoryError e) {
        // The machine gives no thread: the next notice tries again, and takes this one along.
        Connection.logAccident("beginning a thread for notices", e);
      }
    }
    notifyAll();
  }

  /** Notices go out in their order, so that a number tells which have. */
  @Override
  public synchronized boolean awaitSent(Duration atMost) throws InterruptedException {
    long wanted = added;
    long end = System.nanoTime() + atMost.toNanos();
    while (taken < wanted && !closed) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  private synchronized void sent() {
    taken++;
    notifyAll();
  }

  /** Sends no more. Does not wait for a notice that the kernel is taking. */
  synchronized void close() {
    closed = true;
    unsent.clear();
    notifyAll();
  }

  private void sendAll() {
    try {
      for (Notice notice = next(); notice != null; notice = next()) {
        try {
          send(notice);
        } catch (RuntimeException | OutOfMemoryError e) {
          Connection.logAccident("sending", notice, e);
        } finally {
          sent();
        }
      }
    } catch (InterruptedException | OutOfMemoryError e) {
      Connection.logAccident("the thread for notices", e);
    } finally {
      // However it ended: the next notice begins another.
      synchronized (this) {
        sender = null;
      }
    }
  }

  private synchronized @Nullable Notice next() throws InterruptedException {
    while (unsent.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return null;
    }
    var first = unsent.entrySet().iterator();
    Notice notice = first.next().getValue();
    first.remove();
    return notice;
  }

  private void send(Notice notice) {
    if (notice instanceof Pages pages) {
      sendPages(pages);
    } else if (notice instanceof Name name) {
      sendName(name, expiry ? FuseProtocol.FUSE_EXPIRE_ONLY : 0);
    } else {
      takeBackSurplus();
    }
  }

  /** What is in use stays, without its name; of the rest the FORGETs come at once. */
  private void takeBackSurplus() {
    for (KnownNode node : limit.surplus(nodes.known())) {
      String name = node.node.disposableName();
      if (name != null) {
        if (isClosed()) {
          return;
        }
        sendName(new Name(node.parentId(), name), 0);
        takenBack.incrementAndGet();
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void sendPages(Pages pages) {
    int body = fuse_out_header.SIZE;
    ByteBuffer bytes = out.bytes();
    bytes.putLong(body + fuse_notify_inval_inode_out.ino, pages.nodeId());
    bytes.putLong(body + fuse_notify_inval_inode_out.off, pages.start());
    // 0: to the end.
    bytes.putLong(
        body + fuse_notify_inval_inode_out.len,
        pages.end() == Long.MAX_VALUE ? 0 : pages.end() - pages.start());
    write(pages, FuseProtocol.FUSE_NOTIFY_INVAL_INODE, body + fuse_notify_inval_inode_out.SIZE);
  }

  private void sendName(Name name, int flags) {
    byte[] encoded = Utf8.encode(name.name());
    if (encoded == null || encoded.length > MAX_NAME) {
      return; // The kernel cannot know it.
    }
    int body = fuse_out_header.SIZE;
    ByteBuffer bytes = out.bytes();
    bytes.putLong(body + fuse_notify_inval_entry_out.parent, name.parentId());
    bytes.putInt(body + fuse_notify_inval_entry_out.namelen, encoded.length);
    bytes.putInt(body + fuse_notify_inval_entry_out.flags, flags);
    int at = body + fuse_notify_inval_entry_out.SIZE;
    bytes.put(at, encoded);
    bytes.put(at + encoded.length, (byte) 0);
    write(name, FuseProtocol.FUSE_NOTIFY_INVAL_ENTRY, at + encoded.length + 1);
  }

  private void write(Notice notice, int code, int length) {
    AnswerEncoder.header(out.bytes(), length, code, 0);
    int errno = device.write(out, length);
    // ENOENT: the kernel does not know the node or name, which is as good.
    if (errno != 0 && errno != Syscalls.ENOENT && errno != Syscalls.ENODEV) {
      log.warn("the kernel refuses {}: {}", notice, Syscalls.describe(errno));
    }
  }
}

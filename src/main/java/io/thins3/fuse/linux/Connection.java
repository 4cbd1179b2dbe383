package io.thins3.fuse.linux;

import io.thins3.fuse.FileSystem;
import io.thins3.fuse.Node;
import io.thins3.fuse.linux.FuseProtocol.fuse_in_header;
import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import io.thins3.fuse.linux.FuseProtocol.fuse_write_in;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of one mount share: the file system on one side, the kernel on the other. */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** What INIT asks the kernel to write at most: 256 pages. */
  static final int MAX_WRITE = 1 << 20;

  /**
   * What read(2) must be offered: header and data of the largest WRITE, and room for the page that
   * the kernel wants besides.
   */
  static final int REQUEST_SIZE =
      MAX_WRITE + fuse_in_header.SIZE + fuse_write_in.SIZE + FuseProtocol.FUSE_MIN_READ_BUFFER;

  /** The largest body that is built here: an extended attribute (64 KiB), or a directory's part. */
  static final int MAX_BODY = 64 << 10;

  /** Idle buffers of READDIR and the like that are kept; there are rarely more in use. */
  private static final int IDLE_ANSWERS = 16;

  /** Idle buffers of requests that are kept, in case writers wait for the store again: 4 MiB. */
  private static final int IDLE_REQUESTS = 4;

  final FileSystem fileSystem;
  final Device device;
  final NodeTable nodes;
  final Handles<OpenFile> files;
  final Handles<OpenDirectory> directories;
  final CallTable calls = new CallTable();
  final SyncExecutor executor;
  final KernelNotifier notifier;
  final RequestStatistics statistics = new RequestStatistics();
  final BufferPool answers = new BufferPool(fuse_out_header.SIZE + MAX_BODY, IDLE_ANSWERS);
  final BufferPool requests = new BufferPool(REQUEST_SIZE, IDLE_REQUESTS);
  final WriteMemory writeMemory;
  final RequestLog requestLog;
  final ServingOptions options;

  private final NativeBuffer emergency = NativeBuffer.allocate(fuse_out_header.SIZE);
  private final AtomicLong lastHandle = new AtomicLong();

  Connection(FileSystem fileSystem, Device device, SyncExecutor executor, ServingOptions options) {
    this(fileSystem, device, executor, options, new WriteMemory(WriteMemory.LIMIT));
  }

  Connection(
      FileSystem fileSystem,
      Device device,
      SyncExecutor executor,
      ServingOptions options,
      WriteMemory writeMemory) {
    this.writeMemory = writeMemory;
    this.fileSystem = fileSystem;
    this.device = device;
    this.executor = executor;
    this.options = options;
    this.files = new Handles<>("file", file -> fileSystem.release(file.handle()), executor, calls);
    this.directories =
        new Handles<>(
            "directory", directory -> fileSystem.releasedir(directory.handle()), executor, calls);
    this.nodes = new NodeTable(fileSystem.root(), this::forgotten, this::grown);
    this.requestLog = new RequestLog(options.logRequests(), nodes);
    this.notifier = new KernelNotifier(device, nodes, options.nodeLimit(), Thread::new);
  }

  private void forgotten(Node node) {
    try {
      fileSystem.forget(node);
    } catch (Throwable e) {
      // The other nodes of a BATCH_FORGET, and the one whose answer takes a lookup back, go on.
      logAccident("forgetting", node, e);
    }
  }

  private void grown(int known) {
    try {
      notifier.grown(known);
    } catch (Throwable e) {
      // The answer that the last node is for goes out; the next ones tell again.
      logAccident("taking nodes back", e);
    }
  }

  /** A number for an open file or directory, never given again. */
  long nextHandle() {
    return lastHandle.incrementAndGet();
  }

  /**
   * Sends an answer that is nothing but an error number, or 0. Never throws: this is what is left
   * when everything else has failed.
   *
   * @return whether the kernel took it
   */
  boolean sendError(long unique, int errno) {
    boolean taken;
    try {
      NativeBuffer out = answers.take();
      try {
        taken = sendError(out, unique, errno);
      } finally {
        answers.give(out);
      }
    } catch (Throwable e) {
      taken = sendErrorInEmergency(unique, errno);
      logAccident("sending an error", e);
    }
    requestLog.answered(unique, errno, 0);
    return taken;
  }

  /** The caller of the operation must not wait for ever because memory has run out. */
  private boolean sendErrorInEmergency(long unique, int errno) {
    try {
      synchronized (emergency) {
        return sendError(emergency, unique, errno);
      }
    } catch (Throwable e) {
      logAccident("sending an error again", e);
      return false;
    }
  }

  private boolean sendError(NativeBuffer out, long unique, int errno) {
    AnswerEncoder.header(out.bytes(), fuse_out_header.SIZE, -errno, unique);
    return taken(device.write(out, fuse_out_header.SIZE), unique);
  }

  /** Whether the kernel took an answer; logs what should not happen. */
  boolean taken(int errno, long unique) {
    switch (errno) {
      case 0 -> {
        return true;
      }
      // Nobody waits for it any more: aborted, or the mount is gone.
      case Syscalls.ENOENT, Syscalls.ENODEV, Syscalls.ECONNABORTED -> {
        return false;
      }
      default -> {
        logRefused(errno, unique);
        return false;
      }
    }
  }

  private static void logRefused(int errno, long unique) {
    try {
      log.error("the kernel refuses an answer to {}: {}", unique, Syscalls.describe(errno));
    } catch (Throwable e) {
      // As below.
    }
  }

  /** Logs an accident, if there is memory enough to do so. Never throws. */
  static void logAccident(String what, Throwable accident) {
    try {
      log.error("{} failed", what, accident);
    } catch (Throwable e) {
      // Then it stays unsaid: the thread that serves requests must live on.
    }
  }

  /**
   * As {@link #logAccident(String, Throwable)}. The message is put together here, because that
   * takes memory, too.
   *
   * @param of what it happened to
   */
  static void logAccident(String what, Object of, Throwable accident) {
    try {
      log.error("{} {} failed", what, of, accident);
    } catch (Throwable e) {
      // As above.
    }
  }

  /** Logs a request that is not as the protocol says. Never throws. */
  static void logMalformed(@Nullable Opcode opcode, long unique, MalformedRequest request) {
    try {
      log.warn("malformed {} request {}: {}", opcode, unique, request.getMessage());
    } catch (Throwable e) {
      // As above.
    }
  }

  /** As {@link #logAccident(String, Throwable)}, for a request. */
  static void logAccident(@Nullable Opcode opcode, long nodeId, Throwable accident) {
    try {
      log.error("{} of node {} failed", opcode, nodeId, accident);
    } catch (Throwable e) {
      // As above.
    }
  }
}

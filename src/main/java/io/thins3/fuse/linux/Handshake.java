package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.linux.FuseProtocol.fuse_init_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_init_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * INIT: the first request of a connection, in which both sides agree on a version and on flags.
 *
 * <p>What is asked for, where the kernel has it:
 *
 * <ul>
 *   <li>ASYNC_READ: several reads of a file at a time through the page cache;
 *   <li>BIG_WRITES, MAX_PAGES: requests of up to 1 MiB (256 pages);
 *   <li>ATOMIC_O_TRUNC: OPEN with O_TRUNC is one request;
 *   <li>DO_READDIRPLUS, READDIRPLUS_AUTO: listings with attributes when somebody asks for them;
 *   <li>PARALLEL_DIROPS: lookups and listings of one directory at the same time;
 *   <li>HANDLE_KILLPRIV_V2: the file system takes a file's privileges away when it is told so with
 *       a write, a truncation or a new owner; else the kernel asks for the attribute
 *       security.capability before every cached write;
 *   <li>AUTO_INVAL_DATA: pages are dropped when size or mtime changed;
 *   <li>ABORT_ERROR: an aborted connection can be told from one that was unmounted;
 *   <li>HAS_EXPIRE_ONLY: a name can be made to be looked up again without being taken away from who
 *       is using it;
 *   <li>DIRECT_IO_ALLOW_MMAP: shared mappings also of files that are read past the page cache.
 * </ul>
 *
 * <p>Not asked for: WRITEBACK_CACHE, because the kernel then owns size and mtime of open files, and
 * errors of writes come late; ASYNC_DIO, because a program in a read with O_DIRECT then waits in
 * uninterruptible sleep, without an INTERRUPT, until its request is answered (Linux 6.18:
 * wait_for_completion in fuse_direct_IO); EXPORT_SUPPORT, because nodes are not found again by id.
 *
 * @param kernelMinor the kernel's version of the protocol is 7.kernelMinor
 * @param flags what both sides want, {@code FUSE_…} of {@link FuseProtocol}
 */
record Handshake(int kernelMinor, long flags) {
  private static final Logger log = LoggerFactory.getLogger(Handshake.class);

  /** Linux 5.4. What came before has structures of other sizes. */
  static final int LEAST_MINOR = 31;

  /** The length of INIT before flags2 came (7.36). */
  private static final int SHORT_INIT_SIZE = 16;

  private static final long WANTED =
      FuseProtocol.FUSE_ASYNC_READ
          | FuseProtocol.FUSE_BIG_WRITES
          | FuseProtocol.FUSE_MAX_PAGES
          | FuseProtocol.FUSE_ATOMIC_O_TRUNC
          | FuseProtocol.FUSE_DO_READDIRPLUS
          | FuseProtocol.FUSE_READDIRPLUS_AUTO
          | FuseProtocol.FUSE_PARALLEL_DIROPS
          | FuseProtocol.FUSE_HANDLE_KILLPRIV_V2
          | FuseProtocol.FUSE_AUTO_INVAL_DATA
          | FuseProtocol.FUSE_ABORT_ERROR
          | FuseProtocol.FUSE_INIT_EXT
          | FuseProtocol.FUSE_HAS_EXPIRE_ONLY
          | FuseProtocol.FUSE_DIRECT_IO_ALLOW_MMAP;

  /** Requests of the kernel's own accord (read-ahead) that may be under way at once. */
  private static final short MAX_BACKGROUND = 64;

  /** Whether {@link FuseProtocol#FUSE_EXPIRE_ONLY} is understood. */
  boolean canExpire() {
    return (flags & FuseProtocol.FUSE_HAS_EXPIRE_ONLY) != 0;
  }

  /** Three quarters, as the kernel's own default. */
  private static final short CONGESTION_THRESHOLD = 48;

  private static final short MAX_PAGES = Connection.MAX_WRITE / 4096;
  private static final int EPROTO = 71;

  /**
   * Answers INIT, which is waiting.
   *
   * @param deadline longest wait, where others may take INIT away: they have the same connection
   * @param readAhead the kernel's read-ahead is bounded by this, in bytes; later the mount's
   *     read_ahead_kb decides
   * @throws MountException when it is not there, or the kernel's version will not do
   */
  static Handshake perform(Device device, int readAhead, Duration deadline) throws MountException {
    long end = System.nanoTime() + deadline.toNanos();
    NativeBuffer in = NativeBuffer.allocate(Connection.REQUEST_SIZE);
    NativeBuffer out = NativeBuffer.allocate(fuse_out_header.SIZE + fuse_init_out.SIZE);
    while (true) {
      int length = device.read(in);
      if (length == -Syscalls.EINTR || length == -Syscalls.ENOENT || length == -Syscalls.EAGAIN) {
        if (System.nanoTime() - end >= 0) {
          throw new MountException(
              Reason.FAILED,
              "the kernel sends no INIT; is another process serving this connection?");
        }
        continue;
      }
      if (length < 0) {
        throw new MountException(
            Reason.FAILED, "the kernel ends the connection: " + Syscalls.describe(-length));
      }
      Request request = new Request(in.bytes());
      request.attach(in.bytes(), length);
      Handshake agreed = answer(device, request, out, readAhead);
      if (agreed != null) {
        return agreed;
      }
    }
  }

  /** Null when the kernel is to send another INIT. */
  private static @Nullable Handshake answer(
      Device device, Request request, NativeBuffer out, int readAhead) throws MountException {
    try {
      if (!request.hasHeader() || request.opcode() != Opcode.INIT.number()) {
        throw new MalformedRequest("the first request is not INIT");
      }
      request.checkLength();
      request.require(SHORT_INIT_SIZE);
    } catch (MalformedRequest e) {
      throw new MountException(
          Reason.FAILED,
          "not a fresh FUSE connection: "
              + e.getMessage()
              + "; is another process serving it already?",
          e);
    }
    int major = request.getInt(fuse_init_in.major);
    int minor = request.getInt(fuse_init_in.minor);
    if (major > FuseProtocol.FUSE_KERNEL_VERSION) {
      // The kernel answers with another INIT, of the version that it is told here.
      send(device, request, out, FuseProtocol.FUSE_KERNEL_MINOR_VERSION, 0, 0);
      return null;
    }
    if (major < FuseProtocol.FUSE_KERNEL_VERSION || minor < LEAST_MINOR) {
      AnswerEncoder.header(out.bytes(), fuse_out_header.SIZE, -EPROTO, request.unique());
      device.write(out, fuse_out_header.SIZE);
      throw new MountException(
          Reason.FAILED,
          "the kernel speaks FUSE %d.%d, 7.%d or later is needed (Linux 5.4); use --transport libfuse"
              .formatted(major, minor, LEAST_MINOR));
    }
    long offered = Integer.toUnsignedLong(request.getInt(fuse_init_in.flags));
    if ((offered & FuseProtocol.FUSE_INIT_EXT) != 0
        && request.bodyLength() >= fuse_init_in.flags2 + Integer.BYTES) {
      offered |= (long) request.getInt(fuse_init_in.flags2) << 32;
    }
    Handshake agreed = new Handshake(minor, offered & WANTED);
    send(
        device,
        request,
        out,
        Math.min(minor, FuseProtocol.FUSE_KERNEL_MINOR_VERSION),
        agreed.flags,
        readAhead);
    log.debug("FUSE {}.{}, flags {}", major, minor, Long.toHexString(agreed.flags));
    return agreed;
  }

  private static void send(
      Device device, Request request, NativeBuffer out, int minor, long flags, int readAhead)
      throws MountException {
    ByteBuffer bytes = out.bytes();
    int body = AnswerEncoder.zeros(bytes, 0, fuse_out_header.SIZE);
    int end = AnswerEncoder.zeros(bytes, body, fuse_init_out.SIZE);
    AnswerEncoder.header(bytes, end, 0, request.unique());
    bytes.putInt(body + fuse_init_out.major, FuseProtocol.FUSE_KERNEL_VERSION);
    bytes.putInt(body + fuse_init_out.minor, minor);
    bytes.putInt(body + fuse_init_out.max_readahead, readAhead);
    bytes.putInt(body + fuse_init_out.flags, (int) flags);
    bytes.putInt(body + fuse_init_out.flags2, (int) (flags >>> 32));
    bytes.putShort(body + fuse_init_out.max_background, MAX_BACKGROUND);
    bytes.putShort(body + fuse_init_out.congestion_threshold, CONGESTION_THRESHOLD);
    bytes.putInt(body + fuse_init_out.max_write, Connection.MAX_WRITE);
    bytes.putInt(body + fuse_init_out.time_gran, 1);
    bytes.putShort(body + fuse_init_out.max_pages, MAX_PAGES);
    int errno = device.write(out, end);
    if (errno != 0) {
      throw new MountException(
          Reason.FAILED, "the kernel refuses the answer to INIT: " + Syscalls.describe(errno));
    }
  }
}

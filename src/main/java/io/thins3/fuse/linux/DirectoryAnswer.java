package io.thins3.fuse.linux;

import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileType;
import io.thins3.fuse.linux.FuseProtocol.fuse_dirent;
import io.thins3.fuse.linux.FuseProtocol.fuse_direntplus;
import io.thins3.fuse.linux.FuseProtocol.fuse_entry_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to one READDIR or READDIRPLUS while it is being filled.
 *
 * <p>Every entry of a READDIRPLUS that names a node counts as a lookup of it, as soon as the kernel
 * has taken the answer; until then the counts can be taken back. Not thread-safe.
 */
final class DirectoryAnswer implements DirectorySink, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DirectoryAnswer.class);

  /** FUSE_NAME_MAX of the kernel's fs/fuse/fuse_i.h: a longer name fails the whole listing. */
  private static final int MAX_NAME = 1024;

  private final Connection connection;
  private final long directoryId;
  private final boolean plus;
  private final int limit;
  private final NativeBuffer out;
  private int end = fuse_out_header.SIZE;
  private boolean full;
  private boolean taken;

  /**
   * @param size what the kernel has room for
   * @param plus entries with their attributes
   * @param directoryId the node that is listed
   */
  DirectoryAnswer(Connection connection, long directoryId, int size, boolean plus)
      throws MalformedRequest {
    if (size <= 0) {
      throw new MalformedRequest("size " + size);
    }
    this.connection = connection;
    this.directoryId = directoryId;
    this.plus = plus;
    this.limit = fuse_out_header.SIZE + Math.min(size, Connection.MAX_BODY);
    this.out = connection.answers.take();
  }

  @Override
  public boolean wantsAttributes() {
    return plus;
  }

  /**
   * Adds what comes before the file system's entries, from an offset on.
   *
   * @return false when the answer is full
   */
  boolean addDots(long offset, long ino, long parentIno) {
    return (offset > 0 || add(".", 1, ino, FileType.DIRECTORY, null))
        && (offset > 1 || add("..", OpenDirectory.DOTS, parentIno, FileType.DIRECTORY, null));
  }

  @Override
  public boolean add(String name, long nextOffset, long ino, FileType type) {
    return add(name, nextOffset + OpenDirectory.DOTS, ino, type, null);
  }

  @Override
  public boolean add(String name, long nextOffset, Entry entry) {
    return add(
        name,
        nextOffset + OpenDirectory.DOTS,
        entry.attributes().ino(),
        entry.attributes().type(),
        plus ? entry : null);
  }

  private boolean add(
      String name, long nextOffset, long ino, FileType type, @Nullable Entry entry) {
    if (full) {
      return false;
    }
    byte[] encoded = Utf8.encode(name);
    if (encoded == null || !isListable(encoded)) {
      log.warn("a name is left out of a listing, because it cannot be one: '{}'", name);
      return true;
    }
    int prefix = plus ? fuse_direntplus.dirent : 0;
    int length = FuseProtocol.align(prefix + fuse_dirent.SIZE + encoded.length);
    if (length > limit - end) {
      full = true;
      return false;
    }
    ByteBuffer bytes = out.bytes();
    if (plus) {
      if (entry == null) {
        // Node 0: no lookup.
        AnswerEncoder.zeros(bytes, end, fuse_entry_out.SIZE);
      } else {
        AnswerEncoder.entry(bytes, end, 0, entry);
      }
    }
    putEntry(end + prefix, encoded, nextOffset, ino, type);
    if (entry != null) {
      // Last, because what is counted must be in the answer, or be taken back.
      bytes.putLong(end + fuse_entry_out.nodeid, connection.nodes.lookedUp(entry, directoryId));
    }
    end += length;
    return true;
  }

  private void putEntry(int at, byte[] name, long nextOffset, long ino, FileType type) {
    ByteBuffer bytes = out.bytes();
    bytes.putLong(at + fuse_dirent.ino, ino);
    bytes.putLong(at + fuse_dirent.off, nextOffset);
    bytes.putInt(at + fuse_dirent.namelen, name.length);
    bytes.putInt(at + fuse_dirent.type, type.directoryEntryType());
    bytes.put(at + fuse_dirent.SIZE, name);
    for (int i = fuse_dirent.SIZE + name.length; (i & 7) != 0; i++) {
      bytes.put(at + i, (byte) 0);
    }
  }

  private static boolean isListable(byte[] name) {
    if (name.length == 0 || name.length > MAX_NAME) {
      return false;
    }
    for (byte b : name) {
      if (b == 0 || b == '/') {
        return false;
      }
    }
    return true;
  }

  /** Answers with the entries so far. */
  void sendTo(Call call) {
    if (full && end == fuse_out_header.SIZE) {
      // An empty answer would mean the end of the directory.
      call.answerError(Errno.EINVAL);
      return;
    }
    taken = call.answerBuilt(out, end);
  }

  /** Takes lookups back that the kernel knows nothing of, and gives the buffer back. */
  @Override
  public void close() {
    if (plus && !taken) {
      forgetEntries();
    }
    connection.answers.give(out);
  }

  private void forgetEntries() {
    ByteBuffer bytes = out.bytes();
    int at = fuse_out_header.SIZE;
    while (at < end) {
      long nodeId = bytes.getLong(at + fuse_entry_out.nodeid);
      if (nodeId != 0) {
        connection.nodes.forget(nodeId, 1);
      }
      int name = bytes.getInt(at + fuse_direntplus.dirent + fuse_dirent.namelen);
      at += FuseProtocol.align(fuse_direntplus.SIZE + name);
    }
  }
}

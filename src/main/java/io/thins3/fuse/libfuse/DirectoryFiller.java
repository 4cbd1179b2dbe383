package io.thins3.fuse.libfuse;

import io.thins3.fuse.DirectorySink;
import io.thins3.fuse.Entry;
import io.thins3.fuse.FileType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * Hands directory entries to libfuse, from an offset on until the kernel's buffer is full.
 *
 * <p>Offsets as the kernel sees them: 1 behind ".", 2 behind "..", and the file system's own plus 2
 * behind its entries. An offset that is not 0 makes libfuse stream instead of collecting the whole
 * directory first.
 */
final class DirectoryFiller implements DirectorySink {
  private static final Logger log = LoggerFactory.getLogger(DirectoryFiller.class);

  /** Entries that are added here: "." and "..". */
  private static final int OWN = 2;

  /** FUSE_NAME_MAX of the kernel: one longer name fails the whole listing with EIO. */
  private static final int NAME_MAX = 1024;

  private final FuseFillDir filler;
  private final Pointer target;
  private final FileStat stat;
  private final ByteBuffer name = ByteBuffer.allocateDirect(NAME_MAX + 1);
  private boolean full;

  DirectoryFiller(FuseFillDir filler, Pointer target) {
    this.filler = filler;
    this.target = target;
    this.stat = new FileStat(jnr.ffi.Runtime.getSystemRuntime());
  }

  /**
   * Adds what comes before the file system's entries.
   *
   * @return false when the kernel's buffer is full
   */
  boolean addOwn(long offset, long ino, long parentIno) {
    return (offset > 0 || put(".", 1, ino, FileType.DIRECTORY))
        && (offset > 1 || put("..", OWN, parentIno, FileType.DIRECTORY));
  }

  /** The file system's offset for the kernel's. */
  static long fileSystemOffset(long offset) {
    return Math.max(0, offset - OWN);
  }

  /** libfuse 2 has no READDIRPLUS. */
  @Override
  public boolean wantsAttributes() {
    return false;
  }

  @Override
  public boolean add(String name, long nextOffset, long ino, FileType type) {
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      log.warn("an entry named '{}' cannot be listed", name);
      return true;
    }
    return put(name, nextOffset + OWN, ino, type);
  }

  @Override
  public boolean add(String name, long nextOffset, Entry entry) {
    return add(name, nextOffset, entry.attributes().ino(), entry.attributes().type());
  }

  private boolean put(String entry, long nextOffset, long ino, FileType type) {
    if (full) {
      return false;
    }
    try {
      ByteBuffer bytes = Utf8.encode(entry);
      if (bytes.remaining() > NAME_MAX) {
        log.warn("an entry with a name of {} bytes cannot be listed", bytes.remaining());
        return true;
      }
      name.clear();
      name.put(bytes).put((byte) 0).flip();
    } catch (CharacterCodingException e) {
      log.warn("an entry with a name that is not Unicode cannot be listed");
      return true;
    }
    stat.st_ino.set(ino);
    stat.st_mode.set(type.modeBits());
    full = filler.apply(target, name, Struct.getMemory(stat), nextOffset) != 0;
    return !full;
  }
}

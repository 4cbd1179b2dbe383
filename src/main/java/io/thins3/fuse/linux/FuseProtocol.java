package io.thins3.fuse.linux;

/**
 * The FUSE protocol's structures and constants, under the names and with the offsets of
 * linux/fuse.h (package linux-libc-dev; version 7.38 there, later additions are marked). All
 * numbers are in the machine's byte order; every structure is padded to 8 bytes. The offsets are
 * those of 64-bit machines and 32-bit ones alike.
 *
 * <p>{@code FuseProtocolTest} compares every field and constant with the header by a C compiler.
 */
final class FuseProtocol {
  static final int FUSE_KERNEL_VERSION = 7;

  /** The version that this transport is written for. */
  static final int FUSE_KERNEL_MINOR_VERSION = 38;

  static final long FUSE_ROOT_ID = 1;

  // fuse_setattr_in.valid
  static final int FATTR_MODE = 1;
  static final int FATTR_UID = 1 << 1;
  static final int FATTR_GID = 1 << 2;
  static final int FATTR_SIZE = 1 << 3;
  static final int FATTR_ATIME = 1 << 4;
  static final int FATTR_MTIME = 1 << 5;
  static final int FATTR_FH = 1 << 6;
  static final int FATTR_ATIME_NOW = 1 << 7;
  static final int FATTR_MTIME_NOW = 1 << 8;
  static final int FATTR_KILL_SUIDGID = 1 << 11;

  static final int FUSE_OPEN_KILL_SUIDGID = 1;
  static final int FUSE_WRITE_KILL_SUIDGID = 1 << 2;

  // fuse_open_out.open_flags
  static final int FOPEN_DIRECT_IO = 1;
  static final int FOPEN_KEEP_CACHE = 1 << 1;

  /** 7.35 (Linux 5.16): close(2) sends no FLUSH. */
  static final int FOPEN_NOFLUSH = 1 << 5;

  static final int FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

  // fuse_init_in.flags and flags2, fuse_init_out.flags and flags2 (bits 32 to 63)
  static final long FUSE_ASYNC_READ = 1;
  static final long FUSE_ATOMIC_O_TRUNC = 1 << 3;
  static final long FUSE_BIG_WRITES = 1 << 5;
  static final long FUSE_AUTO_INVAL_DATA = 1 << 12;
  static final long FUSE_DO_READDIRPLUS = 1 << 13;
  static final long FUSE_READDIRPLUS_AUTO = 1 << 14;
  static final long FUSE_PARALLEL_DIROPS = 1 << 18;
  static final long FUSE_ABORT_ERROR = 1 << 21;
  static final long FUSE_MAX_PAGES = 1 << 22;
  static final long FUSE_HANDLE_KILLPRIV_V2 = 1 << 28;
  static final long FUSE_INIT_EXT = 1 << 30;

  static final long FUSE_HAS_EXPIRE_ONLY = 1L << 35;

  /** 7.39 (Linux 6.6): shared mappings of files opened with FOPEN_DIRECT_IO. */
  static final long FUSE_DIRECT_IO_ALLOW_MMAP = 1L << 36;

  static final int FUSE_GETATTR_FH = 1;
  static final int FUSE_FSYNC_FDATASYNC = 1;

  // enum fuse_notify_code
  static final int FUSE_NOTIFY_INVAL_INODE = 2;
  static final int FUSE_NOTIFY_INVAL_ENTRY = 3;

  // fuse_notify_inval_entry_out.flags
  static final int FUSE_EXPIRE_ONLY = 1;

  static final int FUSE_MIN_READ_BUFFER = 8192;

  /** What a fuse_setxattr_in measures without FUSE_SETXATTR_EXT; the name and value follow. */
  static final int FUSE_COMPAT_SETXATTR_IN_SIZE = 8;

  private FuseProtocol() {}

  /** FUSE_REC_ALIGN: the next multiple of 8. */
  static int align(int length) {
    return (length + 7) & ~7;
  }

  /** Begins every request. */
  static final class fuse_in_header {
    static final int len = 0;
    static final int opcode = 4;
    static final int unique = 8;
    static final int nodeid = 16;
    static final int uid = 24;
    static final int gid = 28;
    static final int pid = 32;
    static final int total_extlen = 36;
    static final int SIZE = 40;
  }

  /** Begins every answer and every notice. */
  static final class fuse_out_header {
    static final int len = 0;
    static final int error = 4;
    static final int unique = 8;
    static final int SIZE = 16;
  }

  /** What stat shows. */
  static final class fuse_attr {
    static final int ino = 0;
    static final int size = 8;
    static final int blocks = 16;
    static final int atime = 24;
    static final int mtime = 32;
    static final int ctime = 40;
    static final int atimensec = 48;
    static final int mtimensec = 52;
    static final int ctimensec = 56;
    static final int mode = 60;
    static final int nlink = 64;
    static final int uid = 68;
    static final int gid = 72;
    static final int rdev = 76;
    static final int blksize = 80;
    static final int flags = 84;
    static final int SIZE = 88;
  }

  /** What statfs shows; the answer to STATFS. */
  static final class fuse_kstatfs {
    static final int blocks = 0;
    static final int bfree = 8;
    static final int bavail = 16;
    static final int files = 24;
    static final int ffree = 32;
    static final int bsize = 40;
    static final int namelen = 44;
    static final int frsize = 48;
    static final int SIZE = 80;
  }

  /** Answers LOOKUP, MKNOD, MKDIR, SYMLINK; first part of CREATE's and of a fuse_direntplus. */
  static final class fuse_entry_out {
    static final int nodeid = 0;
    static final int generation = 8;
    static final int entry_valid = 16;
    static final int attr_valid = 24;
    static final int entry_valid_nsec = 32;
    static final int attr_valid_nsec = 36;
    static final int attr = 40;
    static final int SIZE = 128;
  }

  /** FORGET. */
  static final class fuse_forget_in {
    static final int nlookup = 0;
    static final int SIZE = 8;
  }

  /** One of BATCH_FORGET. */
  static final class fuse_forget_one {
    static final int nodeid = 0;
    static final int nlookup = 8;
    static final int SIZE = 16;
  }

  /** BATCH_FORGET; count fuse_forget_one follow. */
  static final class fuse_batch_forget_in {
    static final int count = 0;
    static final int SIZE = 8;
  }

  /** GETATTR. */
  static final class fuse_getattr_in {
    static final int getattr_flags = 0;
    static final int fh = 8;
    static final int SIZE = 16;
  }

  /** Answers GETATTR and SETATTR. */
  static final class fuse_attr_out {
    static final int attr_valid = 0;
    static final int attr_valid_nsec = 8;
    static final int attr = 16;
    static final int SIZE = 104;
  }

  /** MKNOD; the name follows. */
  static final class fuse_mknod_in {
    static final int mode = 0;
    static final int SIZE = 16;
  }

  /** MKDIR; the name follows. */
  static final class fuse_mkdir_in {
    static final int mode = 0;
    static final int SIZE = 8;
  }

  /** RENAME; the old and the new name follow. */
  static final class fuse_rename_in {
    static final int newdir = 0;
    static final int SIZE = 8;
  }

  /** RENAME2; the old and the new name follow. */
  static final class fuse_rename2_in {
    static final int newdir = 0;
    static final int flags = 8;
    static final int SIZE = 16;
  }

  /** SETATTR. */
  static final class fuse_setattr_in {
    static final int valid = 0;
    static final int fh = 8;
    static final int size = 16;
    static final int lock_owner = 24;
    static final int atime = 32;
    static final int mtime = 40;
    static final int ctime = 48;
    static final int atimensec = 56;
    static final int mtimensec = 60;
    static final int ctimensec = 64;
    static final int mode = 68;
    static final int uid = 76;
    static final int gid = 80;
    static final int SIZE = 88;
  }

  /** OPEN and OPENDIR. */
  static final class fuse_open_in {
    static final int flags = 0;
    static final int open_flags = 4;
    static final int SIZE = 8;
  }

  /** CREATE; the name follows. */
  static final class fuse_create_in {
    static final int flags = 0;
    static final int mode = 4;
    static final int open_flags = 12;
    static final int SIZE = 16;
  }

  /** Answers OPEN and OPENDIR; second part of CREATE's answer. */
  static final class fuse_open_out {
    static final int fh = 0;
    static final int open_flags = 8;
    static final int SIZE = 16;
  }

  /** RELEASE and RELEASEDIR. */
  static final class fuse_release_in {
    static final int fh = 0;
    static final int flags = 8;
    static final int release_flags = 12;
    static final int lock_owner = 16;
    static final int SIZE = 24;
  }

  /** FLUSH. */
  static final class fuse_flush_in {
    static final int fh = 0;
    static final int lock_owner = 16;
    static final int SIZE = 24;
  }

  /** READ, READDIR and READDIRPLUS. */
  static final class fuse_read_in {
    static final int fh = 0;
    static final int offset = 8;
    static final int size = 16;
    static final int read_flags = 20;
    static final int lock_owner = 24;
    static final int flags = 32;
    static final int SIZE = 40;
  }

  /** WRITE; the bytes follow. */
  static final class fuse_write_in {
    static final int fh = 0;
    static final int offset = 8;
    static final int size = 16;
    static final int write_flags = 20;
    static final int lock_owner = 24;
    static final int flags = 32;
    static final int SIZE = 40;
  }

  /** Answers WRITE and COPY_FILE_RANGE. */
  static final class fuse_write_out {
    static final int size = 0;
    static final int SIZE = 8;
  }

  /** FSYNC and FSYNCDIR. */
  static final class fuse_fsync_in {
    static final int fh = 0;
    static final int fsync_flags = 8;
    static final int SIZE = 16;
  }

  /** GETXATTR, the name follows; LISTXATTR. */
  static final class fuse_getxattr_in {
    static final int size = 0;
    static final int SIZE = 8;
  }

  /** Answers GETXATTR and LISTXATTR when the size asked for is 0. */
  static final class fuse_getxattr_out {
    static final int size = 0;
    static final int SIZE = 8;
  }

  /** ACCESS. */
  static final class fuse_access_in {
    static final int mask = 0;
    static final int SIZE = 8;
  }

  /** INIT. */
  static final class fuse_init_in {
    static final int major = 0;
    static final int minor = 4;
    static final int max_readahead = 8;
    static final int flags = 12;
    static final int flags2 = 16;
    static final int SIZE = 64;
  }

  /** Answers INIT. */
  static final class fuse_init_out {
    static final int major = 0;
    static final int minor = 4;
    static final int max_readahead = 8;
    static final int flags = 12;
    static final int max_background = 16;
    static final int congestion_threshold = 18;
    static final int max_write = 20;
    static final int time_gran = 24;
    static final int max_pages = 28;
    static final int map_alignment = 30;
    static final int flags2 = 32;
    static final int SIZE = 64;
  }

  /** INTERRUPT. */
  static final class fuse_interrupt_in {
    static final int unique = 0;
    static final int SIZE = 8;
  }

  /** FALLOCATE. */
  static final class fuse_fallocate_in {
    static final int fh = 0;
    static final int offset = 8;
    static final int length = 16;
    static final int mode = 24;
    static final int SIZE = 32;
  }

  /** One entry of READDIR; the name follows, padded to 8 bytes. */
  static final class fuse_dirent {
    static final int ino = 0;
    static final int off = 8;
    static final int namelen = 16;
    static final int type = 20;
    static final int SIZE = 24;
  }

  /** One entry of READDIRPLUS; the name follows, padded to 8 bytes. */
  static final class fuse_direntplus {
    static final int entry_out = 0;
    static final int dirent = 128;
    static final int SIZE = 152;
  }

  /** FUSE_NOTIFY_INVAL_INODE. */
  static final class fuse_notify_inval_inode_out {
    static final int ino = 0;
    static final int off = 8;
    static final int len = 16;
    static final int SIZE = 24;
  }

  /** FUSE_NOTIFY_INVAL_ENTRY; the name and a NUL follow. */
  static final class fuse_notify_inval_entry_out {
    static final int parent = 0;
    static final int namelen = 8;
    static final int flags = 12;
    static final int SIZE = 16;
  }

  /** LSEEK. */
  static final class fuse_lseek_in {
    static final int fh = 0;
    static final int offset = 8;
    static final int whence = 16;
    static final int SIZE = 24;
  }

  /** Answers LSEEK. */
  static final class fuse_lseek_out {
    static final int offset = 0;
    static final int SIZE = 8;
  }

  /** COPY_FILE_RANGE. */
  static final class fuse_copy_file_range_in {
    static final int fh_in = 0;
    static final int off_in = 8;
    static final int nodeid_out = 16;
    static final int fh_out = 24;
    static final int off_out = 32;
    static final int len = 40;
    static final int flags = 48;
    static final int SIZE = 56;
  }

  /** SETXATTR without FUSE_SETXATTR_EXT; the name and the value follow. */
  static final class fuse_setxattr_in {
    static final int size = 0;
    static final int flags = 4;
  }
}

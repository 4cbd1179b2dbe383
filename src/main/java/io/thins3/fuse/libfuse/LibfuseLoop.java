package io.thins3.fuse.libfuse;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FuseContext;

/**
 * libfuse's own loop over one file system. From jnr-fuse it takes the loaded library, {@code struct
 * fuse_operations} and the layouts of C structures; the functions in the struct are its own,
 * because jnr-fuse decodes names by the JVM's default charset ({@link Callbacks}).
 *
 * <p>jnr-fuse's {@code mount} is not used: it calls a mount good after waiting two seconds, and it
 * registers a shutdown hook that unmounts whatever is at the mount point by then.
 */
final class LibfuseLoop extends FuseStubFS {
  /** Bits behind bmap in fuse_operations: nullpath_ok, nopath, utime_omit_ok (fuse.h). */
  private static final int FLAGS = 1 | 2 | 4;

  private final NameOperations names;
  private final XattrOperations xattrs;
  private final FileOperations files;
  private final DirectoryOperations directories;
  private final CountDownLatch initialised = new CountDownLatch(1);

  /** Keeps the upcalls alive as long as libfuse may call them. */
  private final List<Object> upcalls = new ArrayList<>();

  /**
   * Creates one.
   *
   * @throws UnsatisfiedLinkError when there is no libfuse 2
   */
  LibfuseLoop(FileSystem fileSystem, Duration answerDeadline) {
    NodePaths paths = new NodePaths(fileSystem);
    PageVersions versions = new PageVersions();
    names = new NameOperations(fileSystem, paths, versions, this::caller, Clock.systemUTC());
    xattrs = new XattrOperations(fileSystem, paths, this::caller);
    files = new FileOperations(fileSystem, paths, versions, this::caller, answerDeadline);
    directories = new DirectoryOperations(fileSystem, paths, this::caller);
    installNames();
    installFiles();
    installDirectories();
  }

  private void installNames() {
    onPathAndPointer("getattr", fuseOperations.getattr.offset(), names::getattr);
    onPathAndPointer("statfs", fuseOperations.statfs.offset(), names::statfs);
    onPathAndPointer("symlink", fuseOperations.symlink.offset(), names::symlink);
    onPathAndPointer("rename", fuseOperations.rename.offset(), names::rename);
    // Hard links do not exist on any store that this library is meant for.
    set(
        fuseOperations.link.offset(),
        Callbacks.OnPathAndPointer.class,
        (from, to) -> NativeErrno.answer(Errno.EPERM));
    onPathAndPointer("utimens", fuseOperations.utimens.offset(), names::utimens);
    onPathAndPointer("removexattr", fuseOperations.removexattr.offset(), xattrs::remove);
    set(
        fuseOperations.unlink.offset(),
        Callbacks.OnPath.class,
        path -> Guard.run("unlink", () -> names.unlink(path)));
    set(
        fuseOperations.rmdir.offset(),
        Callbacks.OnPath.class,
        path -> Guard.run("rmdir", () -> names.rmdir(path)));
    set(
        fuseOperations.access.offset(),
        Callbacks.OnMask.class,
        (path, mask) -> Guard.run("access", () -> names.access(path, mask)));
    set(
        fuseOperations.mknod.offset(),
        Callbacks.OnMode.class,
        (path, mode) -> Guard.run("mknod", () -> names.mknod(path, mode)));
    set(
        fuseOperations.mkdir.offset(),
        Callbacks.OnMode.class,
        (path, mode) -> Guard.run("mkdir", () -> names.mkdir(path, mode)));
    set(
        fuseOperations.chmod.offset(),
        Callbacks.OnMode.class,
        (path, mode) -> Guard.run("chmod", () -> names.chmod(path, mode)));
    set(
        fuseOperations.chown.offset(),
        Callbacks.OnOwner.class,
        (path, uid, gid) -> Guard.run("chown", () -> names.chown(path, uid, gid)));
    set(
        fuseOperations.truncate.offset(),
        Callbacks.OnSize.class,
        (path, size) -> Guard.run("truncate", () -> names.truncate(path, size)));
    set(
        fuseOperations.readlink.offset(),
        Callbacks.OnBuffer.class,
        (path, buffer, size) -> Guard.run("readlink", () -> names.readlink(path, buffer, size)));
    set(
        fuseOperations.listxattr.offset(),
        Callbacks.OnBuffer.class,
        (path, buffer, size) -> Guard.run("listxattr", () -> xattrs.list(path, buffer, size)));
    set(
        fuseOperations.getxattr.offset(),
        Callbacks.OnGetXattr.class,
        (path, name, value, size) ->
            Guard.run("getxattr", () -> xattrs.get(path, name, value, size)));
    set(
        fuseOperations.setxattr.offset(),
        Callbacks.OnSetXattr.class,
        (path, name, value, size, flags) ->
            Guard.run("setxattr", () -> xattrs.set(path, name, value, size, flags)));
  }

  private void installFiles() {
    onPathAndPointer("open", fuseOperations.open.offset(), files::open);
    onPathAndPointer("flush", fuseOperations.flush.offset(), (path, file) -> files.flush(file));
    onPathAndPointer(
        "release", fuseOperations.release.offset(), (path, file) -> files.release(file));
    set(
        fuseOperations.create.offset(),
        Callbacks.OnCreate.class,
        (path, mode, file) -> Guard.run("create", () -> files.create(path, mode, file)));
    set(
        fuseOperations.read.offset(),
        Callbacks.OnTransfer.class,
        (path, buffer, size, offset, file) ->
            Guard.run("read", () -> files.read(buffer, size, offset, file)));
    set(
        fuseOperations.write.offset(),
        Callbacks.OnTransfer.class,
        (path, buffer, size, offset, file) ->
            Guard.run("write", () -> files.write(buffer, size, offset, file)));
    set(
        fuseOperations.fsync.offset(),
        Callbacks.OnSync.class,
        (path, dataOnly, file) -> Guard.run("fsync", () -> files.fsync(dataOnly, file)));
    set(
        fuseOperations.fgetattr.offset(),
        Callbacks.OnPathAndTwoPointers.class,
        (path, stat, file) -> Guard.run("fgetattr", () -> files.fgetattr(stat, file)));
    set(
        fuseOperations.ftruncate.offset(),
        Callbacks.OnFileSize.class,
        (path, size, file) -> Guard.run("ftruncate", () -> files.ftruncate(size, file)));
    set(
        fuseOperations.fallocate.offset(),
        Callbacks.OnFallocate.class,
        (path, mode, offset, length, file) ->
            Guard.run("fallocate", () -> files.fallocate(mode, offset, length, file)));
  }

  private void installDirectories() {
    onPathAndPointer("opendir", fuseOperations.opendir.offset(), directories::opendir);
    onPathAndPointer(
        "releasedir",
        fuseOperations.releasedir.offset(),
        (path, file) -> directories.releasedir(file));
    set(
        fuseOperations.readdir.offset(),
        Callbacks.OnReaddir.class,
        (path, buffer, filler, offset, file) ->
            Guard.run("readdir", () -> directories.readdir(buffer, filler, offset, file)));
    set(
        fuseOperations.fsyncdir.offset(),
        Callbacks.OnSync.class,
        (path, dataOnly, file) -> Guard.run("fsyncdir", () -> directories.fsyncdir(file)));
    set(
        fuseOperations.init.offset(),
        Callbacks.OnInit.class,
        connection -> {
          initialised.countDown();
          return null;
        });
    if (Platform.getNativePlatform().getOS() == Platform.OS.LINUX) {
      memory().putInt(fuseOperations.bmap.offset() + Long.BYTES, FLAGS);
    }
  }

  private interface TwoPointers {
    int run(Pointer first, Pointer second) throws io.thins3.fuse.FuseException;
  }

  private void onPathAndPointer(String operation, long offset, TwoPointers body) {
    set(
        offset,
        Callbacks.OnPathAndPointer.class,
        (first, second) -> Guard.run(operation, () -> body.run(first, second)));
  }

  private <T> void set(long offset, Class<T> type, T upcall) {
    Pointer function =
        jnr.ffi.Runtime.getSystemRuntime().getClosureManager().getClosurePointer(type, upcall);
    upcalls.add(upcall);
    upcalls.add(function);
    memory().putPointer(offset, function);
  }

  private Pointer memory() {
    return Struct.getMemory(fuseOperations);
  }

  private Caller caller() {
    FuseContext context = getContext();
    return new Caller(context.uid.intValue(), context.gid.intValue(), context.pid.intValue());
  }

  /** Open once the kernel's INIT has been taken: requests are answered from then on. */
  CountDownLatch initialised() {
    return initialised;
  }

  /**
   * Mounts and serves until the mount has ended.
   *
   * @return libfuse's exit code: not 0 when it could not mount
   */
  int run(List<String> arguments) {
    try {
      return libFuse.fuse_main_real(
          arguments.size(),
          arguments.toArray(String[]::new),
          fuseOperations,
          Struct.size(fuseOperations),
          null);
    } finally {
      files.releaseAll();
      directories.releaseAll();
    }
  }
}

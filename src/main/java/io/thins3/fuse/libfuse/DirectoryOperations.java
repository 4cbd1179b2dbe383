package io.thins3.fuse.libfuse;

import io.thins3.fuse.Caller;
import io.thins3.fuse.DirectoryHandle;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import java.util.function.Supplier;
import jnr.ffi.Pointer;
import jnr.ffi.provider.jffi.ClosureHelper;
import ru.serce.jnrfuse.FuseFillDir;

/** The operations on open directories. */
final class DirectoryOperations {
  private final FileSystem fileSystem;
  private final NodePaths paths;
  private final Supplier<Caller> caller;
  private final HandleTable<OpenDirectory> directories = new HandleTable<>();

  /** An open directory with the inode numbers of itself and its parent. */
  private record OpenDirectory(DirectoryHandle handle, long ino, long parentIno) {}

  DirectoryOperations(FileSystem fileSystem, NodePaths paths, Supplier<Caller> caller) {
    this.fileSystem = fileSystem;
    this.paths = paths;
    this.caller = caller;
  }

  int opendir(Pointer path, Pointer file) throws FuseException {
    String name = Utf8.decode(path);
    NodePaths.Found directory = paths.find(name, caller.get());
    long ino = paths.attributes(directory).ino();
    long parentIno = paths.attributes(paths.find(NodePaths.parent(name), caller.get())).ino();
    DirectoryHandle handle = fileSystem.opendir(directory.node(), caller.get());
    long number = directories.add(new OpenDirectory(handle, ino, parentIno));
    FileInfo.opened(file, number, false, false);
    return 0;
  }

  int readdir(Pointer buffer, Pointer filler, long offset, Pointer file) throws FuseException {
    OpenDirectory directory = directories.get(FileInfo.handle(file));
    ClosureHelper helper = ClosureHelper.getInstance();
    FuseFillDir function =
        helper
            .getNativeConveter(FuseFillDir.class)
            .fromNative(filler, helper.getFromNativeContext());
    DirectoryFiller sink = new DirectoryFiller(function, buffer);
    if (sink.addOwn(offset, directory.ino(), directory.parentIno())) {
      fileSystem.readdir(directory.handle(), DirectoryFiller.fileSystemOffset(offset), sink);
    }
    return 0;
  }

  int fsyncdir(Pointer file) throws FuseException {
    fileSystem.fsyncdir(directories.get(FileInfo.handle(file)).handle());
    return 0;
  }

  int releasedir(Pointer file) {
    OpenDirectory directory = directories.remove(FileInfo.handle(file));
    if (directory != null) {
      fileSystem.releasedir(directory.handle());
    }
    return 0;
  }

  void releaseAll() {
    for (OpenDirectory directory : directories.removeAll()) {
      Guard.run(
          "releasedir",
          () -> {
            fileSystem.releasedir(directory.handle());
            return 0;
          });
    }
  }
}

package io.thins3.fuse.libfuse;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.Node;
import java.io.ByteArrayOutputStream;
import java.util.function.Supplier;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** The operations on extended attributes. */
final class XattrOperations {
  private final FileSystem fileSystem;
  private final NodePaths paths;
  private final Supplier<Caller> caller;

  XattrOperations(FileSystem fileSystem, NodePaths paths, Supplier<Caller> caller) {
    this.fileSystem = fileSystem;
    this.paths = paths;
    this.caller = caller;
  }

  private Node find(Pointer path) throws FuseException {
    return paths.find(Utf8.decode(path), caller.get()).node();
  }

  int set(Pointer path, Pointer name, Pointer value, long size, int flags) throws FuseException {
    byte[] bytes = new byte[Math.toIntExact(size)];
    if (size > 0) {
      value.get(0, bytes, 0, bytes.length);
    }
    fileSystem.setxattr(find(path), Utf8.decode(name), bytes, flags, caller.get());
    return 0;
  }

  int get(Pointer path, Pointer name, @Nullable Pointer value, long size) throws FuseException {
    return fill(fileSystem.getxattr(find(path), Utf8.decode(name)), value, size);
  }

  int list(Pointer path, @Nullable Pointer buffer, long size) throws FuseException {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    for (String name : fileSystem.listxattr(find(path))) {
      names.writeBytes(Utf8.bytes(name));
      names.write(0);
    }
    return fill(names.toByteArray(), buffer, size);
  }

  int remove(Pointer path, Pointer name) throws FuseException {
    fileSystem.removexattr(find(path), Utf8.decode(name), caller.get());
    return 0;
  }

  /** As getxattr(2): a size of 0 asks how large the answer is. */
  private static int fill(byte[] answer, @Nullable Pointer buffer, long size) throws FuseException {
    if (size == 0 || buffer == null) {
      return answer.length;
    }
    if (answer.length > size) {
      throw new FuseException(Errno.ERANGE);
    }
    buffer.put(0, answer, 0, answer.length);
    return answer.length;
  }
}

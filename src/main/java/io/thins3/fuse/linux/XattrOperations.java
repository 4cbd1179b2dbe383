package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.linux.FuseProtocol.fuse_getxattr_in;
import io.thins3.fuse.linux.FuseProtocol.fuse_getxattr_out;
import io.thins3.fuse.linux.FuseProtocol.fuse_setxattr_in;
import java.io.ByteArrayOutputStream;
import java.util.Map;

/** The operations on extended attributes. */
final class XattrOperations {
  /** XATTR_SIZE_MAX and XATTR_LIST_MAX of linux/limits.h. */
  private static final int MAX_SIZE = 64 << 10;

  private final FileSystem fileSystem;
  private final NodeTable nodes;

  XattrOperations(Connection connection) {
    this.fileSystem = connection.fileSystem;
    this.nodes = connection.nodes;
  }

  void addTo(Map<Opcode, Operation> operations) {
    operations.put(Opcode.SETXATTR, this::setxattr);
    operations.put(Opcode.GETXATTR, this::getxattr);
    operations.put(Opcode.LISTXATTR, this::listxattr);
    operations.put(Opcode.REMOVEXATTR, this::removexattr);
  }

  private void setxattr(Request request, Call call) throws FuseException, MalformedRequest {
    int names = FuseProtocol.FUSE_COMPAT_SETXATTR_IN_SIZE;
    request.require(names);
    byte[] value = request.bytes(request.afterName(names), request.getInt(fuse_setxattr_in.size));
    fileSystem.setxattr(
        nodes.known(request),
        request.name(names),
        value,
        request.getInt(fuse_setxattr_in.flags),
        request.caller());
    call.answerDone();
  }

  private void getxattr(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_getxattr_in.SIZE);
    answer(
        request,
        call,
        fileSystem.getxattr(nodes.known(request), request.name(fuse_getxattr_in.SIZE)));
  }

  private void listxattr(Request request, Call call) throws FuseException, MalformedRequest {
    request.require(fuse_getxattr_in.SIZE);
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    for (String name : fileSystem.listxattr(nodes.known(request))) {
      byte[] encoded = Utf8.encode(name);
      if (encoded != null) {
        names.writeBytes(encoded);
        names.write(0);
      }
    }
    answer(request, call, names.toByteArray());
  }

  /** Both operations ask for the length first (size 0), then for the bytes. */
  private static void answer(Request request, Call call, byte[] value) throws FuseException {
    int room = request.getInt(fuse_getxattr_in.size);
    if (value.length > MAX_SIZE) {
      throw new FuseException(Errno.E2BIG);
    }
    if (room == 0) {
      call.answer(
          out -> {
            out.putInt(Call.Body.START + fuse_getxattr_out.size, value.length);
            out.putInt(Call.Body.START + fuse_getxattr_out.size + 4, 0);
            return Call.Body.START + fuse_getxattr_out.SIZE;
          });
    } else if (Integer.compareUnsigned(value.length, room) > 0) {
      throw new FuseException(Errno.ERANGE);
    } else {
      call.answerData(value);
    }
  }

  private void removexattr(Request request, Call call) throws FuseException, MalformedRequest {
    fileSystem.removexattr(nodes.known(request), request.name(0), request.caller());
    call.answerDone();
  }
}
